CREATE TABLE "oauth_grant_calls" (
	"grant_id" text NOT NULL,
	"day" date NOT NULL,
	"calls" integer NOT NULL,
	CONSTRAINT "oauth_grant_calls_grant_id_day_pk" PRIMARY KEY("grant_id","day")
);
--> statement-breakpoint
ALTER TABLE "oauth_grant" ADD COLUMN "consented_scopes" text[];--> statement-breakpoint
ALTER TABLE "revocation" ADD COLUMN "scopes" text[];--> statement-breakpoint
ALTER TABLE "oauth_grant_calls" ADD CONSTRAINT "oauth_grant_calls_grant_id_oauth_grant_id_fk" FOREIGN KEY ("grant_id") REFERENCES "public"."oauth_grant"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "oauth_grant_calls_day" ON "oauth_grant_calls" USING btree ("day");