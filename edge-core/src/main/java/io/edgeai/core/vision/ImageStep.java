package io.edgeai.core.vision;

import io.edgeai.core.ensemble.TensorFunction;
import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.model.ElementType;
import io.edgeai.core.model.Tensor;
import io.edgeai.core.processor.Framed;
import io.edgeai.core.processor.Image;
import java.util.List;
import java.util.Map;

/**
 * The way from image files to a model's input as a step of a {@link io.edgeai.core.ensemble.ModelGraph}, so that a graph can
 * be asked with files: {@link #FILE}, UINT8 [bytes], becomes {@link #IMAGE}. Thread-safe.
 *
 * @param settings how files are read and what numbers pixels become
 */
public record ImageStep(VisionSettings settings) implements TensorFunction {
    /** What it takes: the bytes of one JPEG, PNG, BMP or GIF file. */
    public static final String FILE = "file";

    /** What it gives: one image as the model wants it. */
    public static final String IMAGE = "image";

    /** @throws InvalidInputException where {@link #FILE} is not UINT8, or not an image */
    @Override
    public Map<String, Tensor> apply(Map<String, Tensor> inputs) {
        Tensor file = inputs.get(FILE);
        if (file == null || file.type() != ElementType.UINT8) {
            throw new InvalidInputException("An image step takes (" + FILE + ") as UINT8 [bytes], not " + inputs
                    + ". Maybe correct its wiring.");
        }
        Image image = settings.decoder().apply(file.bytes());
        Framed framed = settings.framing().apply(image);
        return Map.of(IMAGE, settings.tensor().apply(List.of(framed.image())));
    }
}
