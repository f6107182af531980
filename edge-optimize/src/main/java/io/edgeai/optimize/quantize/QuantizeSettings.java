package io.edgeai.optimize.quantize;

import java.util.Set;

/**
 * Choices of a quantization.
 *
 * @param reduceRange weights of 7 bits, for processors that add products in pairs in 16 bits ({@link SaturationProbe})
 * @param keepFloat first outputs of nodes that must stay float
 */
public record QuantizeSettings(boolean reduceRange, Set<String> keepFloat) {
    public QuantizeSettings {
        keepFloat = Set.copyOf(keepFloat);
    }

    /** Full range, nothing kept. */
    public static QuantizeSettings defaults() {
        return new QuantizeSettings(false, Set.of());
    }

    public QuantizeSettings keepFloat(Set<String> outputs) {
        return new QuantizeSettings(reduceRange, outputs);
    }

    int top() {
        return reduceRange ? ChannelWeights.REDUCED : ChannelWeights.FULL;
    }
}
