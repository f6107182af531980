package io.edgeai.optimize.prune;

import io.edgeai.optimize.latency.LatencyComparison;
import io.edgeai.optimize.prune.channels.PinnedChannels;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What pruning did. Accuracy is the caller's to measure: see {@link io.edgeai.optimize.fidelity.Accuracy}.
 *
 * @param groups every group that could shrink, in graph order
 * @param pinned channels that had to stay, with the reason
 * @param channelsBefore channels that could go
 * @param channelsAfter those left
 * @param macsBefore multiply-accumulate operations of a run of batch 1; unknown sizes count as 1
 * @param macsAfter those left
 * @param parametersBefore trained numbers
 * @param parametersAfter those left
 * @param bytesBefore size of the model's file
 * @param bytesAfter size of the pruned model's file
 * @param reconstructedLayers layers whose weights were solved anew on samples
 * @param latency both models measured in turns; null where no rounds were asked for
 */
public record PruneReport(
        List<Group> groups,
        List<PinnedChannels> pinned,
        int channelsBefore,
        int channelsAfter,
        long macsBefore,
        long macsAfter,
        long parametersBefore,
        long parametersAfter,
        long bytesBefore,
        long bytesAfter,
        int reconstructedLayers,
        @Nullable LatencyComparison latency) {
    public PruneReport {
        groups = List.copyOf(groups);
        pinned = List.copyOf(pinned);
    }

    /**
     * One group.
     *
     * @param name the first value it is channels of
     * @param before width in channels (or heads)
     * @param after width left
     * @param residual whether a residual path runs through it
     * @param damage harm estimated when the channels were chosen; with reconstruction the share of variance lost, summed
     *     over the layers that read them
     */
    public record Group(String name, int before, int after, boolean residual, double damage) {}

    /** MACs before / MACs after. */
    public double macReduction() {
        return macsAfter == 0 ? 1 : (double) macsBefore / macsAfter;
    }

    /** Change of the file's size as a share: -0.5 is half. */
    public double sizeChange() {
        return (double) bytesAfter / bytesBefore - 1;
    }

    @Override
    public String toString() {
        return String.format(
                Locale.ROOT,
                "%d of %d channels left, %.2f× fewer MACs, %d of %d parameters, size %+.1f %%, %d layers reconstructed%s",
                channelsAfter,
                channelsBefore,
                macReduction(),
                parametersAfter,
                parametersBefore,
                100 * sizeChange(),
                reconstructedLayers,
                latency == null ? "" : String.format(Locale.ROOT, ", speed %.2f×", latency.speedup()));
    }
}
