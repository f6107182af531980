package io.edgeai.optimize.accelerator;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.error.ModelFormatException;
import io.edgeai.optimize.calibration.ValueRange;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * TensorRT's calibration cache: a text with a version line and, for each tensor, its scale (largest magnitude / 127) as
 * eight hexadecimal digits of its 32-bit float. ONNX Runtime reads it with {@code trt_int8_use_native_calibration_table}
 * for models without QuantizeLinear nodes.
 *
 * @param scales scale by tensor name
 */
public record CalibrationTable(Map<String, Float> scales) {
    /** The version line: ONNX Runtime asks that it begins with {@code TRT-}. */
    public static final String HEADER = "TRT-8601-EntropyCalibration2";

    private static final float LEAST = 1e-9f;

    public CalibrationTable {
        scales = Map.copyOf(scales);
        scales.forEach((name, scale) -> {
            if (name.isEmpty() || name.indexOf(':') >= 0 || name.indexOf('\n') >= 0) {
                throw new InvalidInputException("Tensor name (" + name + ") cannot stand in a calibration table, whose"
                        + " names end at a colon. Maybe rename the tensor, or use a graph with explicit quantization.");
            }
            if (!(scale > 0) || Float.isInfinite(scale)) {
                throw new InvalidInputException("Scale (" + scale + ") of tensor (" + name + ") must be above 0.");
            }
        });
    }

    /** The table of ranges found on samples. */
    public static CalibrationTable of(Map<String, ValueRange> ranges) {
        Map<String, Float> scales = new LinkedHashMap<>();
        ranges.forEach((name, range) ->
                scales.put(name, Math.max(LEAST, Math.max(Math.abs(range.low()), Math.abs(range.high())) / 127)));
        return new CalibrationTable(scales);
    }

    /** The text of the file, tensors in alphabetical order. */
    public String toText() {
        StringBuilder text = new StringBuilder(HEADER).append('\n');
        new TreeMap<>(scales).forEach((name, scale) -> text.append(name)
                .append(": ")
                .append(String.format(Locale.ROOT, "%08x", Float.floatToIntBits(scale)))
                .append('\n'));
        return text.toString();
    }

    /** @throws ModelFormatException where the text is no such table */
    public static CalibrationTable parse(String text) {
        String[] lines = text.split("\r?\n");
        if (!lines[0].startsWith("TRT-")) {
            throw new ModelFormatException(
                    "Calibration table begins with (" + lines[0] + "), not with TRT-. Maybe it is another file.");
        }
        Map<String, Float> scales = new LinkedHashMap<>();
        for (int i = 1; i < lines.length; i++) {
            int colon = lines[i].lastIndexOf(':');
            try {
                String digits = lines[i].substring(colon + 1).trim();
                if (colon <= 0 || digits.length() > 8) {
                    throw new NumberFormatException("no scale");
                }
                scales.put(lines[i].substring(0, colon), Float.intBitsToFloat(Integer.parseUnsignedInt(digits, 16)));
            } catch (NumberFormatException e) {
                throw new ModelFormatException(
                        "Line (" + lines[i] + ") of the calibration table is not: name, colon, 8 hexadecimal digits.",
                        e);
            }
        }
        return new CalibrationTable(scales);
    }
}
