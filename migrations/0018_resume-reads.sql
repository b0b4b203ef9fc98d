CREATE TABLE "resume_reads" (
	"id" bigserial PRIMARY KEY NOT NULL,
	"user_id" text NOT NULL,
	"resume_id" text NOT NULL,
	"grant_id" text,
	"api_key_id" text,
	"day" date NOT NULL,
	"reads" integer NOT NULL,
	"last_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "resume_reads_grant" UNIQUE("grant_id","resume_id","day"),
	CONSTRAINT "resume_reads_api_key" UNIQUE("api_key_id","resume_id","day"),
	CONSTRAINT "resume_reads_reader" CHECK (num_nonnulls("resume_reads"."grant_id", "resume_reads"."api_key_id") = 1)
);
--> statement-breakpoint
ALTER TABLE "resume_reads" ADD CONSTRAINT "resume_reads_user_id_user_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."user"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "resume_reads" ADD CONSTRAINT "resume_reads_resume_id_resume_id_fk" FOREIGN KEY ("resume_id") REFERENCES "public"."resume"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "resume_reads" ADD CONSTRAINT "resume_reads_grant_id_oauth_grant_id_fk" FOREIGN KEY ("grant_id") REFERENCES "public"."oauth_grant"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "resume_reads" ADD CONSTRAINT "resume_reads_api_key_id_apikey_id_fk" FOREIGN KEY ("api_key_id") REFERENCES "public"."apikey"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "resume_reads_user" ON "resume_reads" USING btree ("user_id","day");--> statement-breakpoint
CREATE INDEX "resume_reads_resume" ON "resume_reads" USING btree ("resume_id");--> statement-breakpoint
CREATE INDEX "resume_reads_day" ON "resume_reads" USING btree ("day");