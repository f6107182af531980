package io.edgeai.core.store.s3;

import io.edgeai.core.error.InvalidInputException;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.function.Supplier;
import java.util.regex.Pattern;

/**
 * Which bucket, where, and how it is asked.
 *
 * @param endpoint e.g. {@code https://s3.eu-central-1.amazonaws.com} or {@code http://minio.plant:9000}
 * @param bucket its name, put behind the endpoint
 * @param prefix before every key, e.g. {@code line3/}; empty by default
 * @param region that requests are signed for; {@code us-east-1} by default
 * @param credentials asked for before each request
 * @param partBytes of which larger objects are sent in parts, and their size, 5 MiB to 5 GiB; 64 MiB by default
 * @param timeout of one request, until its answer begins; a minute by default, more for large parts over slow lines
 * @param clock dates requests; servers refuse those that are a quarter of an hour off
 */
public record S3Settings(
        URI endpoint,
        String bucket,
        String prefix,
        String region,
        Supplier<S3Credentials> credentials,
        long partBytes,
        Duration timeout,
        Clock clock) {
    private static final Pattern BUCKET = Pattern.compile("[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]");
    private static final long LEAST_PART = 5L << 20;
    private static final long LARGEST_PART = 5L << 30;

    public S3Settings {
        boolean web = "http".equals(endpoint.getScheme()) || "https".equals(endpoint.getScheme());
        if (!web || endpoint.getHost() == null || endpoint.getRawQuery() != null) {
            throw new InvalidInputException("Endpoint (" + endpoint + ") is none of HTTP. Maybe https://HOST:PORT.");
        }
        if (!BUCKET.matcher(bucket).matches()) {
            throw new InvalidInputException("Bucket (" + bucket
                    + ") is not valid. Maybe 3 to 63 lower-case letters, digits, dots and hyphens.");
        }
        if (partBytes < LEAST_PART || partBytes > LARGEST_PART) {
            throw new InvalidInputException(
                    "Parts of (" + partBytes + ") bytes are not from 5 MiB to 5 GiB. Maybe 64L << 20.");
        }
        if (timeout.isZero() || timeout.isNegative() || prefix.startsWith("/")) {
            throw new InvalidInputException("Timeout (" + timeout + ") must be above 0, and prefix (" + prefix
                    + ") not begin with a slash. Maybe a minute, and line3/.");
        }
    }

    public static S3Settings of(URI endpoint, String bucket, Supplier<S3Credentials> credentials) {
        return new S3Settings(
                endpoint, bucket, "", "us-east-1", credentials, 64L << 20, Duration.ofMinutes(1), Clock.systemUTC());
    }

    public S3Settings prefix(String before) {
        return new S3Settings(endpoint, bucket, before, region, credentials, partBytes, timeout, clock);
    }

    public S3Settings region(String name) {
        return new S3Settings(endpoint, bucket, prefix, name, credentials, partBytes, timeout, clock);
    }

    public S3Settings partBytes(long bytes) {
        return new S3Settings(endpoint, bucket, prefix, region, credentials, bytes, timeout, clock);
    }

    public S3Settings timeout(Duration longest) {
        return new S3Settings(endpoint, bucket, prefix, region, credentials, partBytes, longest, clock);
    }

    public S3Settings clock(Clock wall) {
        return new S3Settings(endpoint, bucket, prefix, region, credentials, partBytes, timeout, wall);
    }
}
