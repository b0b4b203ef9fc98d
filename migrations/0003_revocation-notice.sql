-- Whoever records a revocation tells every instance when it commits; the rows themselves are what counts.
CREATE FUNCTION notify_revocation() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	PERFORM pg_notify('vitae_revocation', '');
	RETURN NULL;
END
$$;
--> statement-breakpoint
CREATE TRIGGER revocation_notice AFTER INSERT ON "revocation" FOR EACH STATEMENT EXECUTE FUNCTION notify_revocation();
