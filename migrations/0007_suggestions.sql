CREATE TABLE "resume_suggestion" (
	"id" text PRIMARY KEY NOT NULL,
	"resume_id" text NOT NULL,
	"grant_id" text NOT NULL,
	"client_name" text,
	"kind" text NOT NULL,
	"base_revision" integer NOT NULL,
	"changes" "bytea" NOT NULL,
	"operations" integer NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	"status" text DEFAULT 'pending' NOT NULL,
	"decided_at" timestamp (3) with time zone,
	"decided_revision" integer
);
--> statement-breakpoint
ALTER TABLE "oauth_grant" ADD COLUMN "mode" text DEFAULT 'edit' NOT NULL;--> statement-breakpoint
ALTER TABLE "resume_suggestion" ADD CONSTRAINT "resume_suggestion_resume_id_resume_id_fk" FOREIGN KEY ("resume_id") REFERENCES "public"."resume"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "resume_suggestion_resume" ON "resume_suggestion" USING btree ("resume_id","created_at","id");--> statement-breakpoint
CREATE INDEX "resume_suggestion_grant" ON "resume_suggestion" USING btree ("grant_id","resume_id","created_at");