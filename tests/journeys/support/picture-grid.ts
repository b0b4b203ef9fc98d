import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import type { Browser } from 'playwright-core';

/** Pictures are compared in squares of 16 pixels: fonts differ from machine to machine, where things stand does not. */
const GRID = { columns: 50, rows: 70 };
/** Share of full contrast, on average over the grid. Another template differs by more than twice as much. */
export const TOLERANCE = 0.035;

/** Mean brightness of every square of a PNG, from 0 to 255, drawn by the browser. */
export async function toGrid(browser: Browser, png: Buffer): Promise<number[]> {
  const page = await browser.newPage();
  const grid = await page.evaluate<number[]>(`(async () => {
    const image = new Image();
    image.src = 'data:image/png;base64,${png.toString('base64')}';
    await image.decode();
    const canvas = document.createElement('canvas');
    canvas.width = ${GRID.columns};
    canvas.height = ${GRID.rows};
    const context = canvas.getContext('2d');
    context.imageSmoothingQuality = 'high';
    context.drawImage(image, 0, 0, canvas.width, canvas.height);
    const { data } = context.getImageData(0, 0, canvas.width, canvas.height);
    return Array.from({ length: data.length / 4 }, (_unused, index) => (data[4 * index] + data[4 * index + 1] + data[4 * index + 2]) / 3);
  })()`);
  await page.close();
  return grid;
}

export function difference(left: readonly number[], right: readonly number[]): number {
  return left.reduce((sum, value, index) => sum + Math.abs(value - (right[index] ?? 0)), 0) / left.length / 255;
}

/**
 * How far a picture is from the one that is kept under a name. UPDATE_LOOKS=yes keeps this one instead; look at it before it is
 * committed. Rejects when none is kept.
 */
export async function differenceFromKept(browser: Browser, name: string, png: Buffer): Promise<number> {
  const folder = new URL('../looks/', import.meta.url);
  const file = new URL(`${name}.png`, folder);
  if (process.env['UPDATE_LOOKS'] === 'yes') {
    mkdirSync(folder, { recursive: true });
    writeFileSync(file, png);
  }
  if (!existsSync(file)) throw new Error(`no picture ${file.pathname}: make it with UPDATE_LOOKS=yes`);
  return difference(await toGrid(browser, png), await toGrid(browser, readFileSync(file)));
}
