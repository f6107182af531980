package io.edgeai.samples.data;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.model.ElementType;
import io.edgeai.core.model.Tensor;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Turns byte images into what a model was trained on: {@code (value · scale − mean) / std}, with one mean and one std,
 * or one for each channel.
 *
 * @param scale factor on the raw value; default 1/255
 * @param mean subtracted after scaling, one number or one for each channel; default 0
 * @param std divisor, one number or one for each channel; default 1
 */
public record Normalization(double scale, List<Double> mean, List<Double> std) {
    public Normalization {
        mean = List.copyOf(mean);
        std = List.copyOf(std);
        if (!Double.isFinite(scale) || scale == 0) {
            throw new InvalidInputException("scale (" + scale + ") must be a number other than 0. Maybe 1/255.");
        }
        if (!mean.stream().allMatch(Double::isFinite) || !std.stream().allMatch(Double::isFinite)) {
            throw new InvalidInputException("mean (" + mean + ") and std (" + std + ") must be finite numbers.");
        }
        if (mean.isEmpty() || std.isEmpty() || std.stream().anyMatch(s -> s == 0)) {
            throw new InvalidInputException(
                    "mean (" + mean + ") and std (" + std + ") must not be empty, and no std may be 0.");
        }
        if (mean.size() > 1 && std.size() > 1 && mean.size() != std.size()) {
            throw new InvalidInputException("mean (" + mean + ") and std (" + std
                    + ") name different numbers of channels. Maybe give one number for all.");
        }
    }

    /**
     * Parses {@code scale=1/255,mean=.485:.456:.406,std=.229:.224:.225}; each part may be left out.
     *
     * @throws InvalidInputException for an unknown part or a value that is no number
     */
    public static Normalization parse(String text) {
        double scale = 1 / 255.0;
        List<Double> mean = List.of(0.0);
        List<Double> std = List.of(1.0);
        for (String part : text.split(",")) {
            int equals = part.indexOf('=');
            List<Double> values = numbers(part.substring(equals + 1), text);
            switch (equals < 0 ? "" : part.substring(0, equals).strip()) {
                case "scale" -> scale = values.get(0);
                case "mean" -> mean = values;
                case "std" -> std = values;
                default ->
                    throw new InvalidInputException("Normalization (" + text + ") has the unknown part (" + part
                            + "). Maybe write scale=1/255,mean=0.5,std=0.5, with ':' between channels.");
            }
        }
        return new Normalization(scale, mean, std);
    }

    private static List<Double> numbers(String list, String text) {
        List<Double> values = new ArrayList<>();
        for (String number : list.split(":", -1)) {
            try {
                String[] fraction = number.strip().split("/", 2);
                double value = Double.parseDouble(fraction[0]);
                values.add(fraction.length == 2 ? value / Double.parseDouble(fraction[1]) : value);
            } catch (NumberFormatException e) {
                throw new InvalidInputException(
                        "Normalization (" + text + ") has (" + number + ") where a number belongs. Maybe 1/255 or 0.5.",
                        e);
            }
        }
        return values;
    }

    /** Channels it names, 1 where all are treated alike. */
    public int channels() {
        return Math.max(mean.size(), std.size());
    }

    /**
     * Normalizes UINT8 or FLOAT images.
     *
     * @param images [n, …]; with several channels the channel axis is the second where its size fits, else the last
     * @return FLOAT of the same shape
     * @throws InvalidInputException where no axis has as many elements as there are channels
     */
    public Tensor apply(Tensor images) {
        if (images.type() != ElementType.UINT8 && images.type() != ElementType.FLOAT) {
            throw new InvalidInputException("Only UINT8 or FLOAT images are normalized, not (" + images.type()
                    + "). Maybe leave out --normalize.");
        }
        long[] shape = images.shape();
        int axis = channelAxis(shape);
        int inner = axis < 0
                ? 1
                : (int) Arrays.stream(shape, axis + 1, shape.length).reduce(1, (a, b) -> a * b);
        Tensor result = Tensor.allocate(ElementType.FLOAT, shape);
        FloatBuffer to = result.buffer().asFloatBuffer();
        ByteBuffer bytes = images.buffer();
        FloatBuffer floats = bytes.asFloatBuffer();
        boolean unsigned = images.type() == ElementType.UINT8;
        for (int i = 0; i < to.capacity(); i++) {
            double value = unsigned ? Byte.toUnsignedInt(bytes.get(i)) : floats.get(i);
            int channel = axis < 0 ? 0 : i / inner % channels();
            to.put(i, (float) ((value * scale - of(mean, channel)) / of(std, channel)));
        }
        return result;
    }

    private int channelAxis(long[] shape) {
        if (channels() == 1) {
            return -1;
        }
        if (shape.length > 1 && shape[1] == channels()) {
            return 1;
        }
        if (shape.length > 1 && shape[shape.length - 1] == channels()) {
            return shape.length - 1;
        }
        throw new InvalidInputException("Images of shape (" + Arrays.toString(shape) + ") have no axis of " + channels()
                + " channels. Maybe give one mean and one std.");
    }

    private static double of(List<Double> values, int channel) {
        return values.get(values.size() == 1 ? 0 : channel);
    }
}
