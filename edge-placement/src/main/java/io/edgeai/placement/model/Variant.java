package io.edgeai.placement.model;

import io.edgeai.core.model.Digest;
import io.edgeai.core.model.ModelVersion;
import io.edgeai.core.serving.BatchProfile;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * One of several versions of a model between which placement may choose.
 *
 * @param name unique within its workload; a version reference such as {@code "defects@2"} or any name
 * @param accuracy share of right answers, 0 to 1; 1 where nothing is known
 * @param sizeBytes bytes to store and send
 * @param memoryBytes main memory of one replica
 * @param macs multiply-adds of one inference
 * @param measuredMillis measured milliseconds of one inference by hardware or accelerator kind, on one whole core or
 *     device; wins over {@code macs}
 * @param energyFactor dynamic energy relative to what the power figures predict; 1 by default
 * @param batchMillis measured milliseconds of one run of several inputs at once, by hardware or accelerator kind and
 *     number of inputs from 2 to {@link #MAX_BATCH}; {@code memoryBytes} must hold the largest
 * @param digest of its bytes, by which sites say that they hold it; empty where it is not known
 */
public record Variant(
        String name,
        double accuracy,
        long sizeBytes,
        long memoryBytes,
        double macs,
        Map<String, Double> measuredMillis,
        double energyFactor,
        Map<String, Map<Integer, Double>> batchMillis,
        Optional<Digest> digest) {
    /** Most inputs of one run. */
    public static final int MAX_BATCH = 4096;

    public Variant {
        Require.text("Variant", name);
        Require.share("Accuracy of variant (" + name + ")", accuracy);
        Require.nonNegative("Size of variant (" + name + ")", sizeBytes);
        Require.nonNegative("Memory of variant (" + name + ")", memoryBytes);
        Require.nonNegative("MACs of variant (" + name + ")", macs);
        Require.nonNegative("Energy factor of variant (" + name + ")", energyFactor);
        measuredMillis = Map.copyOf(measuredMillis);
        measuredMillis.forEach((kind, millis) ->
                Require.nonNegative("Milliseconds of variant (" + name + ") on (" + kind + ")", millis));
        batchMillis = BatchMillis.copied(name, batchMillis);
    }

    /** Runs one input at a time. */
    public Variant(
            String name,
            double accuracy,
            long sizeBytes,
            long memoryBytes,
            double macs,
            Map<String, Double> measuredMillis,
            double energyFactor) {
        this(name, accuracy, sizeBytes, memoryBytes, macs, measuredMillis, energyFactor, Map.of());
    }

    /** Of bytes whose digest is not known. */
    public Variant(
            String name,
            double accuracy,
            long sizeBytes,
            long memoryBytes,
            double macs,
            Map<String, Double> measuredMillis,
            double energyFactor,
            Map<String, Map<Integer, Double>> batchMillis) {
        this(name, accuracy, sizeBytes, memoryBytes, macs, measuredMillis, energyFactor, batchMillis, Optional.empty());
    }

    /** Sizes of batches that may be used on a kind of hardware, ascending; the first is always 1. */
    public List<Integer> batches(String kind) {
        List<Integer> sizes = new ArrayList<>();
        sizes.add(1);
        sizes.addAll(new TreeSet<>(batchMillis.getOrDefault(kind, Map.of()).keySet()));
        return sizes;
    }

    public static Builder builder(String name) {
        return new Builder(name);
    }

    /**
     * What the registry knows: the size and the digest. Memory starts as the size; the work as one multiply-add per four stored bytes,
     * which is right for dense float layers and too low for convolutions, so give {@code macs} or {@code measured}
     * where known.
     */
    public static Builder of(ModelVersion version) {
        return builder(version.ref().toString())
                .sizeBytes(version.sizeBytes())
                .memoryBytes(version.sizeBytes())
                .macs(version.sizeBytes() / 4.0)
                .digest(version.digest());
    }

    /** Collects a variant. Defaults: accuracy 1, no size, no memory, no work, energy factor 1. */
    public static final class Builder {
        private final String name;
        private double accuracy = 1;
        private long sizeBytes;
        private long memoryBytes;
        private double macs;
        private final Map<String, Double> measuredMillis = new TreeMap<>();
        private double energyFactor = 1;
        private final Map<String, Map<Integer, Double>> batchMillis = new TreeMap<>();
        private Optional<Digest> digest = Optional.empty();

        private Builder(String name) {
            this.name = Require.text("Variant", name);
        }

        public Builder accuracy(double share) {
            this.accuracy = Require.share("Accuracy of variant (" + name + ")", share);
            return this;
        }

        public Builder sizeBytes(long bytes) {
            this.sizeBytes = Require.nonNegative("Size of variant (" + name + ")", bytes);
            return this;
        }

        public Builder memoryBytes(long bytes) {
            this.memoryBytes = Require.nonNegative("Memory of variant (" + name + ")", bytes);
            return this;
        }

        public Builder macs(double perInference) {
            this.macs = Require.nonNegative("MACs of variant (" + name + ")", perInference);
            return this;
        }

        /** Measured time of one inference on one whole core or device of that kind. */
        public Builder measured(String kind, double millis) {
            measuredMillis.put(
                    kind, Require.nonNegative("Milliseconds of variant (" + name + ") on (" + kind + ")", millis));
            return this;
        }

        /** Measured time of one run of that many inputs at once on one whole core or device of that kind. */
        public Builder measured(String kind, int batch, double millis) {
            if (batch == 1) {
                return measured(kind, millis);
            }
            BatchMillis.check(name, kind, batch, millis);
            batchMillis.computeIfAbsent(kind, unseen -> new TreeMap<>()).put(batch, millis);
            return this;
        }

        /** What was measured on a machine of that kind, size by size; nothing where answers depend on batch-mates. */
        public Builder measured(String kind, BatchProfile profile) {
            profile.eachNanos().forEach((size, nanos) -> measured(kind, size, size * nanos / 1e6));
            return this;
        }

        public Builder energyFactor(double factor) {
            this.energyFactor = Require.nonNegative("Energy factor of variant (" + name + ")", factor);
            return this;
        }

        /** SHA-256 of its bytes, by which a site says that it holds them. */
        public Builder digest(Digest ofBytes) {
            this.digest = Optional.of(ofBytes);
            return this;
        }

        public Variant build() {
            return new Variant(
                    name, accuracy, sizeBytes, memoryBytes, macs, measuredMillis, energyFactor, batchMillis, digest);
        }
    }
}
