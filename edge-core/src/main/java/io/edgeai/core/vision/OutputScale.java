package io.edgeai.core.vision;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.model.ElementType;
import io.edgeai.core.model.Tensor;
import java.nio.ByteBuffer;

/**
 * What the bytes that a quantized classifier answers stand for: {@code (byte − zeroPoint) · scale}. Answers in FLOAT are taken
 * as they are. Immutable.
 *
 * @param scale above 0
 * @param zeroPoint of UINT8 0 to 255, of INT8 −128 to 127
 */
public record OutputScale(double scale, int zeroPoint) {
    /** Bytes as they are, which is enough for the order of classes. */
    public static final OutputScale NONE = new OutputScale(1, 0);

    public OutputScale {
        if (!(scale > 0) || Double.isInfinite(scale) || zeroPoint < -128 || zeroPoint > 255) {
            throw new InvalidInputException("Scale (" + scale + ") must be above 0 and zero point (" + zeroPoint
                    + ") -128 to 255. Maybe leave both out.");
        }
    }

    float[] apply(Tensor scores) {
        if (scores.type() != ElementType.UINT8 && scores.type() != ElementType.INT8) {
            return scores.floats();
        }
        boolean signed = scores.type() == ElementType.INT8;
        ByteBuffer bytes = scores.buffer();
        float[] values = new float[bytes.remaining()];
        for (int i = 0; i < values.length; i++) {
            int number = signed ? bytes.get(i) : bytes.get(i) & 0xff;
            values[i] = (float) ((number - zeroPoint) * scale);
        }
        return values;
    }
}
