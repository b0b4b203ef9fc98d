CREATE INDEX "oauth_grant_client" ON "oauth_grant" USING btree ("client_id");--> statement-breakpoint
CREATE INDEX "session_expires" ON "session" ("expires_at");--> statement-breakpoint
CREATE INDEX "verification_expires" ON "verification" ("expires_at");--> statement-breakpoint
CREATE INDEX "oauth_client_assertion_expires" ON "oauth_client_assertion" ("expires_at");--> statement-breakpoint
CREATE INDEX "oauth_refresh_token_expires" ON "oauth_refresh_token" ("expires_at");--> statement-breakpoint
CREATE INDEX "oauth_refresh_token_answers" ON "oauth_refresh_token" ("rotation_replay_expires_at") WHERE "rotation_replay_response" IS NOT NULL;--> statement-breakpoint
CREATE INDEX "oauth_client_used" ON "oauth_client" ((coalesce("updated_at", "created_at")));
