CREATE TABLE "profile" (
	"user_id" text PRIMARY KEY NOT NULL,
	"username" text NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "profile_username" UNIQUE("username")
);
--> statement-breakpoint
CREATE TABLE "resume_publication" (
	"resume_id" text PRIMARY KEY NOT NULL,
	"password_hash" text,
	"is_indexed" boolean DEFAULT false NOT NULL
);
--> statement-breakpoint
CREATE TABLE "resume_visitor" (
	"day" date NOT NULL,
	"resume_id" text NOT NULL,
	"kind" text NOT NULL,
	"visitor" text NOT NULL,
	CONSTRAINT "resume_visitor_day_resume_id_kind_visitor_pk" PRIMARY KEY("day","resume_id","kind","visitor")
);
--> statement-breakpoint
CREATE TABLE "resume_visits" (
	"resume_id" text NOT NULL,
	"day" date NOT NULL,
	"kind" text NOT NULL,
	"visitors" integer NOT NULL,
	"last_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "resume_visits_resume_id_day_kind_pk" PRIMARY KEY("resume_id","day","kind"),
	CONSTRAINT "resume_visits_kind" CHECK ("resume_visits"."kind" in ('view', 'download'))
);
--> statement-breakpoint
ALTER TABLE "profile" ADD CONSTRAINT "profile_user_id_user_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."user"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "resume_publication" ADD CONSTRAINT "resume_publication_resume_id_resume_id_fk" FOREIGN KEY ("resume_id") REFERENCES "public"."resume"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "resume_visitor" ADD CONSTRAINT "resume_visitor_resume_id_resume_id_fk" FOREIGN KEY ("resume_id") REFERENCES "public"."resume"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "resume_visits" ADD CONSTRAINT "resume_visits_resume_id_resume_id_fk" FOREIGN KEY ("resume_id") REFERENCES "public"."resume"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "resume_visitor_resume" ON "resume_visitor" USING btree ("resume_id");