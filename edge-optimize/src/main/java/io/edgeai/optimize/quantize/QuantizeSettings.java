package io.edgeai.optimize.quantize;

import io.edgeai.core.error.InvalidInputException;
import java.util.Objects;
import java.util.Set;

/**
 * Choices of a quantization. Start from {@link #defaults()} (ONNX Runtime on CPUs) or {@link #signedSymmetric()}
 * (TensorRT and most accelerators) and change what differs. Dynamic quantization reads the first two only.
 *
 * @param reduceRange weights of 7 bits, for processors that add products in pairs in 16 bits ({@link SaturationProbe})
 * @param keepFloat first outputs of nodes that must stay float
 * @param activationType the byte of activations; default U8
 * @param symmetric whether 0.0 is the middle level of every activation; clamps then stay as nodes, since the range
 *     cannot stand for them. Default false
 * @param perChannel one scale for each output channel of a weight, or one for the whole weight; default true
 * @param weightBits width of weights, 2 to 8; default 8. Narrower ones are still stored as signed bytes
 * @param quantizeBias biases as 32-bit integers, or left float as TensorRT wants them; default true
 * @param residuals which inputs of residual additions are rounded; default both
 */
public record QuantizeSettings(
        boolean reduceRange,
        Set<String> keepFloat,
        ActivationType activationType,
        boolean symmetric,
        boolean perChannel,
        int weightBits,
        boolean quantizeBias,
        Residuals residuals) {
    public QuantizeSettings {
        keepFloat = Set.copyOf(keepFloat);
        Objects.requireNonNull(activationType, "activationType");
        Objects.requireNonNull(residuals, "residuals");
        if (weightBits < 2 || weightBits > 8) {
            throw new InvalidInputException("weightBits (" + weightBits + ") must be 2 to 8.");
        }
    }

    /** The defaults but for the range of weights and the nodes kept float. */
    public QuantizeSettings(boolean reduceRange, Set<String> keepFloat) {
        this(reduceRange, keepFloat, ActivationType.U8, false, true, 8, true, Residuals.ALL_INPUTS);
    }

    /** Unsigned asymmetric activations, signed 8-bit per-channel weights, nothing kept. */
    public static QuantizeSettings defaults() {
        return new QuantizeSettings(false, Set.of());
    }

    /** Signed bytes around zero throughout, float biases, residual additions fused: TensorRT's explicit quantization. */
    public static QuantizeSettings signedSymmetric() {
        return defaults()
                .activationType(ActivationType.S8)
                .symmetric(true)
                .quantizeBias(false)
                .residuals(Residuals.SKIP_INPUT);
    }

    public QuantizeSettings reduceRange(boolean reduce) {
        return new QuantizeSettings(
                reduce, keepFloat, activationType, symmetric, perChannel, weightBits, quantizeBias, residuals);
    }

    public QuantizeSettings keepFloat(Set<String> outputs) {
        return new QuantizeSettings(
                reduceRange, outputs, activationType, symmetric, perChannel, weightBits, quantizeBias, residuals);
    }

    public QuantizeSettings activationType(ActivationType type) {
        return new QuantizeSettings(
                reduceRange, keepFloat, type, symmetric, perChannel, weightBits, quantizeBias, residuals);
    }

    public QuantizeSettings symmetric(boolean around) {
        return new QuantizeSettings(
                reduceRange, keepFloat, activationType, around, perChannel, weightBits, quantizeBias, residuals);
    }

    public QuantizeSettings perChannel(boolean channels) {
        return new QuantizeSettings(
                reduceRange, keepFloat, activationType, symmetric, channels, weightBits, quantizeBias, residuals);
    }

    public QuantizeSettings weightBits(int bits) {
        return new QuantizeSettings(
                reduceRange, keepFloat, activationType, symmetric, perChannel, bits, quantizeBias, residuals);
    }

    public QuantizeSettings quantizeBias(boolean integers) {
        return new QuantizeSettings(
                reduceRange, keepFloat, activationType, symmetric, perChannel, weightBits, integers, residuals);
    }

    public QuantizeSettings residuals(Residuals rounded) {
        return new QuantizeSettings(
                reduceRange, keepFloat, activationType, symmetric, perChannel, weightBits, quantizeBias, rounded);
    }

    /** Largest level of a weight: 127 for 8 bits, 63 where the range is reduced, 7 for 4 bits. */
    public int top() {
        int full = (1 << (weightBits - 1)) - 1;
        return reduceRange ? Math.min(ChannelWeights.REDUCED, full) : full;
    }
}
