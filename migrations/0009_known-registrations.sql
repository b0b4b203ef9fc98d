CREATE TABLE "oauth_client_registration" (
	"fingerprint" text PRIMARY KEY NOT NULL,
	"client_id" text NOT NULL,
	"answer" jsonb NOT NULL,
	"registered_at" timestamp (3) with time zone NOT NULL,
	"last_registered_at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
ALTER TABLE "oauth_client_registration" ADD CONSTRAINT "oauth_client_registration_client_id_oauth_client_client_id_fk" FOREIGN KEY ("client_id") REFERENCES "public"."oauth_client"("client_id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "oauth_client_registration_client" ON "oauth_client_registration" USING btree ("client_id");