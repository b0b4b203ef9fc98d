ALTER TABLE "oauth_grant_code" ADD COLUMN "request_hash" text;--> statement-breakpoint
ALTER TABLE "oauth_grant_code" ADD CONSTRAINT "oauth_grant_code_request_hash_unique" UNIQUE("request_hash");