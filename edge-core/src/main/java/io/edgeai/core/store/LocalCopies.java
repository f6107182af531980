package io.edgeai.core.store;

import io.edgeai.core.concurrent.Ticker;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Copies on this machine of blobs that are kept elsewhere, up to so many bytes: what was used longest ago goes first, but
 * nothing that was handed out within the last minute, since an engine may be about to open it. Thread-safe.
 */
final class LocalCopies implements AutoCloseable {
    private static final long LEASE_NANOS = 60_000_000_000L;

    private final DirectoryBlobStore files;
    private final long maxBytes;
    private final Ticker ticker;

    /** By the time of the last use; those of an earlier process first. */
    private final LinkedHashMap<Blob, Long> used = new LinkedHashMap<>(16, 0.75f, true);

    LocalCopies(DirectoryBlobStore files, long maxBytes, Ticker ticker) {
        this.files = files;
        this.maxBytes = maxBytes;
        this.ticker = ticker;
        files.list().forEach(blob -> used.put(blob, ticker.nanos() - LEASE_NANOS));
    }

    Stager stager() {
        return files.stager();
    }

    /** Where a copy lies or would lie; counts as a use of one that is here. */
    Path path(Blob blob) {
        use(blob);
        return files.path(blob);
    }

    private synchronized void use(Blob blob) {
        used.computeIfPresent(sized(blob), (copy, before) -> ticker.nanos());
    }

    /** The registry's own references have no size at times. */
    private Blob sized(Blob blob) {
        return used.keySet().stream()
                .filter(copy -> copy.digest().equals(blob.digest()) && copy.tree() == blob.tree())
                .findFirst()
                .orElse(blob);
    }

    BlobState check(Blob blob) {
        return files.check(blob);
    }

    /** Takes a copy in, and others away until all fit. */
    Path add(StagedBlob staged) {
        Blob blob = files.publish(staged);
        for (Blob old : overdue(blob)) {
            long freed = files.delete(old);
            assert freed >= 0;
        }
        return files.path(blob);
    }

    private synchronized List<Blob> overdue(Blob fresh) {
        long now = ticker.nanos();
        used.put(fresh, now);
        long sum = used.keySet().stream().mapToLong(Blob::sizeBytes).sum();
        List<Blob> leaving = new ArrayList<>();
        for (Map.Entry<Blob, Long> copy : used.entrySet()) {
            if (sum > maxBytes && now - copy.getValue() >= LEASE_NANOS) {
                leaving.add(copy.getKey());
                sum -= copy.getKey().sizeBytes();
            }
        }
        leaving.forEach(used::remove);
        return leaving;
    }

    void delete(Blob blob) {
        synchronized (this) {
            used.remove(sized(blob));
        }
        long freed = files.delete(blob);
        assert freed >= 0;
    }

    @Override
    public void close() {
        files.close();
    }
}
