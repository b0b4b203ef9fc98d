CREATE TABLE "signing_key" (
	"key_id" text PRIMARY KEY NOT NULL,
	"signs_from" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
ALTER TABLE "signing_key" ADD CONSTRAINT "signing_key_key_id_jwks_id_fk" FOREIGN KEY ("key_id") REFERENCES "public"."jwks"("id") ON DELETE cascade ON UPDATE no action;