CREATE TABLE "resume_version" (
	"resume_id" text NOT NULL,
	"revision" integer NOT NULL,
	"at" timestamp (3) with time zone NOT NULL,
	"kind" text NOT NULL,
	"actor_kind" text NOT NULL,
	"actor_id" text NOT NULL,
	"actor_name" text,
	"operations" integer NOT NULL,
	"touched" text[] NOT NULL,
	"patches" "bytea",
	"snapshot" "bytea",
	CONSTRAINT "resume_version_resume_id_revision_pk" PRIMARY KEY("resume_id","revision")
);
--> statement-breakpoint
ALTER TABLE "resume_version" ADD CONSTRAINT "resume_version_resume_id_resume_id_fk" FOREIGN KEY ("resume_id") REFERENCES "public"."resume"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "resume_version_actor" ON "resume_version" USING btree ("actor_id","resume_id","revision");