package io.edgeai;

import io.edgeai.core.concurrent.Ticker;
import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.model.Digest;
import io.edgeai.core.model.ModelVersion;
import io.edgeai.core.registry.EdgeModelRegistry;
import io.edgeai.core.runtime.InferenceSession;
import io.edgeai.core.runtime.SessionOptions;
import io.edgeai.core.serving.BatchProfile;
import io.edgeai.optimize.runtime.TuningKey;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How versions take to batches, kept as tags {@code batching.<16 hexadecimal digits>} of the version, one for each kind of
 * machine, engine and settings; the tag's value is {@link BatchProfile#text}. Thread-safe.
 */
final class BatchProfiles {
    private static final Logger LOG = LoggerFactory.getLogger(BatchProfiles.class);
    private static final String TAG = "batching.";
    private static final int KEY_DIGITS = 16;

    private final EdgeModelRegistry registry;
    private final Models models;
    private final Tunings tunings;
    private final Ticker ticker;

    BatchProfiles(EdgeModelRegistry registry, Models models, Tunings tunings, Ticker ticker) {
        this.registry = registry;
        this.models = models;
        this.tunings = tunings;
        this.ticker = ticker;
    }

    /** Measures with the options that {@link EdgeAI#serve} would open the version with, and keeps what was found. */
    BatchProfile measure(ModelVersion version) {
        SessionOptions options = new Serving(version.ref().model().name())
                .sessions()
                .options(version, version.workload().defaults(), tunings.faster(version), models.runtime(version));
        BatchProfile profile;
        try (InferenceSession session = models.open(version.ref(), options)) {
            profile = BatchProfile.measure(session, ticker);
        }
        if (!profile.equals(BatchProfile.UNKNOWN)) {
            registry.annotations().tag(version.ref(), tag(version, options), profile.text());
        }
        return profile;
    }

    /**
     * What was measured here; that answers depend on batch-mates holds wherever it was found.
     *
     * @param options what the version is opened with; asked for only where something was measured
     */
    BatchProfile find(ModelVersion version, Supplier<SessionOptions> options) {
        Map<String, BatchProfile> measured = new HashMap<>();
        version.tags().forEach((key, text) -> {
            try {
                if (key.startsWith(TAG)) {
                    measured.put(key, BatchProfile.parse(text));
                }
            } catch (InvalidInputException e) {
                LOG.warn("Tag ({}) of {} is not used: {}", key, version.ref(), e.getMessage());
            }
        });
        if (measured.isEmpty()) {
            return BatchProfile.UNKNOWN;
        }
        return measured.values().stream()
                .filter(BatchProfile::dependsOnMates)
                .findAny()
                .orElseGet(() -> measured.getOrDefault(tag(version, options.get()), BatchProfile.UNKNOWN));
    }

    private String tag(ModelVersion version, SessionOptions options) {
        String all = TuningKey.of(version.digest(), models.runtime(version)).fileName()
                + options.intraOpThreads()
                + options.optimize()
                + new TreeMap<>(options.engineOptions());
        return TAG + Digest.of(all.getBytes(StandardCharsets.UTF_8)).hex().substring(0, KEY_DIGITS);
    }
}
