import type { ComponentChildren, VNode } from 'preact';
import { HiddenField } from './fields.tsx';

export type ButtonKind = 'primary' | 'secondary' | 'danger';

interface ButtonProps {
  readonly kind?: ButtonKind;
  readonly name?: string;
  readonly value?: string;
  readonly describedBy?: string;
  /** Sends the form elsewhere than the form itself says. */
  readonly action?: string;
  readonly children: ComponentChildren;
}

export function Button({ kind = 'primary', name, value, describedBy, action, children }: ButtonProps): VNode {
  return (
    <button type="submit" class={`button button-${kind}`} name={name} value={value} formAction={action} aria-describedby={describedBy}>
      {children}
    </button>
  );
}

interface ButtonLinkProps {
  readonly href: string;
  readonly kind?: ButtonKind;
  readonly children: ComponentChildren;
}

export function ButtonLink({ href, kind = 'primary', children }: ButtonLinkProps): VNode {
  return (
    <a class={`button button-${kind}`} href={href}>
      {children}
    </a>
  );
}

interface ActionFormProps extends Omit<ButtonProps, 'action'> {
  readonly action: string;
  readonly csrfToken: string;
  readonly fields?: Readonly<Record<string, string>>;
}

/** A form that is one button. */
export function ActionForm({ action, csrfToken, fields = {}, ...button }: ActionFormProps): VNode {
  return (
    <form method="post" action={action} class="action">
      <HiddenField name="csrf" value={csrfToken} />
      {Object.entries(fields).map(([name, value]) => (
        <HiddenField key={name} name={name} value={value} />
      ))}
      <Button {...button} />
    </form>
  );
}
