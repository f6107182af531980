package io.edgeai.core.vision;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.processor.Activation;
import io.edgeai.core.processor.Framing;
import io.edgeai.core.processor.ImageTensor;
import io.edgeai.core.processor.Resampling;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Settings that travel with a model, in the ONNX metadata of its file. Stateless.
 * <ul>
 * <li>{@code vision.labels}: one name a line
 * <li>{@code vision.fit}: stretch, letterbox, or crop with {@code vision.shorter_side}
 * <li>{@code vision.resampling}: nearest, bilinear, bicubic
 * <li>{@code vision.scale}: a number; {@code vision.mean}, {@code vision.std}: three numbers with commas
 * <li>{@code vision.channels}: rgb or bgr
 * <li>{@code vision.output_scale}, {@code vision.output_zero_point}: numbers, for classifiers that answer bytes
 * <li>{@code vision.activation}: none, softmax, sigmoid
 * <li>{@code vision.head}: yolo_objectness, yolo, fastestdet; {@code vision.iou}, {@code vision.score}: numbers
 * </ul>
 */
public final class VisionMetadata {
    private static final String PREFIX = "vision.";

    private VisionMetadata() {}

    /** @throws InvalidInputException naming the entry that is not well formed */
    static VisionSettings read(Map<String, String> metadata, VisionSettings plain) {
        VisionSettings settings = plain;
        String labels = metadata.get(PREFIX + "labels");
        if (labels != null) {
            settings = settings.labels(labels.lines().toList());
        }
        settings = settings.framing(framing(metadata, settings.framing())).tensor(tensor(metadata, settings.tensor()));
        String activation = metadata.get(PREFIX + "activation");
        if (activation != null) {
            settings = settings.activation(constant(Activation.class, "activation", activation));
        }
        String head = metadata.get(PREFIX + "head");
        if (head != null) {
            settings = settings.head(
                    switch (head) {
                        case "yolo_objectness" -> YoloHead.withObjectness();
                        case "yolo" -> YoloHead.withoutObjectness();
                        case "fastestdet" -> FastestDetHead.ofDefaults();
                        default -> throw wrong("head", head, "yolo_objectness, yolo or fastestdet");
                    });
        }
        Double outputScale = number(metadata, "output_scale");
        if (outputScale != null) {
            Double zero = number(metadata, "output_zero_point");
            settings = settings.scores(new OutputScale(outputScale, zero == null ? 0 : zero.intValue()));
        }
        Double iou = number(metadata, "iou");
        Double score = number(metadata, "score");
        if (iou != null) {
            settings = settings.suppression(settings.suppression().iou(iou));
        }
        return score == null
                ? settings
                : settings.suppression(settings.suppression().score(score));
    }

    private static Framing framing(Map<String, String> metadata, Framing plain) {
        Framing framing = plain;
        String fit = metadata.get(PREFIX + "fit");
        if (fit != null) {
            Double side = number(metadata, "shorter_side");
            framing = switch (constant(Framing.Fit.class, "fit", fit)) {
                case STRETCH -> Framing.stretch(plain.width(), plain.height());
                case LETTERBOX -> Framing.letterbox(plain.width(), plain.height());
                case CROP ->
                    Framing.crop(
                            side == null ? Math.min(plain.width(), plain.height()) : side.intValue(),
                            plain.width(),
                            plain.height());
            };
        }
        String filter = metadata.get(PREFIX + "resampling");
        return filter == null ? framing : framing.with(constant(Resampling.class, "resampling", filter));
    }

    private static ImageTensor tensor(Map<String, String> metadata, ImageTensor plain) {
        ImageTensor tensor = plain;
        Double scale = number(metadata, "scale");
        if (scale != null) {
            tensor = tensor.scale(scale);
        }
        List<Double> mean = numbers(metadata, "mean");
        List<Double> std = numbers(metadata, "std");
        tensor = tensor.normalised(mean == null ? tensor.mean() : mean, std == null ? tensor.std() : std);
        String channels = metadata.get(PREFIX + "channels");
        if (channels == null) {
            return tensor;
        }
        if (!channels.equals("rgb") && !channels.equals("bgr")) {
            throw wrong("channels", channels, "rgb or bgr");
        }
        return tensor.blueFirst(channels.equals("bgr"));
    }

    /** What {@link VisionSettings#of} reads back, to be written into a model's metadata; heads of one's own are left out. */
    public static Map<String, String> of(VisionSettings settings) {
        Map<String, String> metadata = new LinkedHashMap<>();
        if (!settings.labels().isEmpty()) {
            metadata.put(PREFIX + "labels", String.join("\n", settings.labels()));
        }
        Framing framing = settings.framing();
        metadata.put(PREFIX + "fit", lower(framing.fit()));
        metadata.put(PREFIX + "shorter_side", Integer.toString(framing.shorterSide()));
        metadata.put(PREFIX + "resampling", lower(framing.resampling()));
        metadata.put(PREFIX + "scale", Double.toString(settings.tensor().scale()));
        metadata.put(PREFIX + "mean", joined(settings.tensor().mean()));
        metadata.put(PREFIX + "std", joined(settings.tensor().std()));
        metadata.put(PREFIX + "channels", settings.tensor().blueFirst() ? "bgr" : "rgb");
        metadata.put(PREFIX + "activation", lower(settings.activation()));
        if (settings.head() instanceof YoloHead yolo) {
            metadata.put(PREFIX + "head", yolo.objectness() ? "yolo_objectness" : "yolo");
        } else if (settings.head() instanceof FastestDetHead) {
            metadata.put(PREFIX + "head", "fastestdet");
        }
        if (!settings.scores().equals(OutputScale.NONE)) {
            metadata.put(
                    PREFIX + "output_scale", Double.toString(settings.scores().scale()));
            metadata.put(
                    PREFIX + "output_zero_point",
                    Integer.toString(settings.scores().zeroPoint()));
        }
        metadata.put(PREFIX + "iou", Double.toString(settings.suppression().iou()));
        metadata.put(PREFIX + "score", Double.toString(settings.suppression().score()));
        return metadata;
    }

    private static String lower(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }

    private static String joined(List<Double> numbers) {
        return String.join(",", numbers.stream().map(String::valueOf).toList());
    }

    private static <E extends Enum<E>> E constant(Class<E> type, String key, String value) {
        for (E each : type.getEnumConstants()) {
            if (lower(each).equals(value)) {
                return each;
            }
        }
        throw wrong(key, value, Arrays.toString(type.getEnumConstants()).toLowerCase(Locale.ROOT));
    }

    private static @Nullable Double number(Map<String, String> metadata, String key) {
        List<Double> numbers = numbers(metadata, key);
        if (numbers == null) {
            return null;
        }
        if (numbers.size() != 1) {
            throw wrong(key, String.valueOf(metadata.get(PREFIX + key)), "one number");
        }
        return numbers.get(0);
    }

    private static @Nullable List<Double> numbers(Map<String, String> metadata, String key) {
        String text = metadata.get(PREFIX + key);
        if (text == null) {
            return null;
        }
        List<Double> numbers = new ArrayList<>();
        for (String part : text.split(",", -1)) {
            try {
                numbers.add(Double.valueOf(part.trim()));
            } catch (NumberFormatException e) {
                throw wrong(key, text, "numbers with commas");
            }
        }
        return numbers;
    }

    private static InvalidInputException wrong(String key, String value, String allowed) {
        return new InvalidInputException(
                "Metadata (" + PREFIX + key + " = " + value + ") is not well formed. Maybe " + allowed + ".");
    }
}
