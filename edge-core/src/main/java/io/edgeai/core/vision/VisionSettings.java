package io.edgeai.core.vision;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.model.Dim;
import io.edgeai.core.model.Signature;
import io.edgeai.core.model.TensorSpec;
import io.edgeai.core.processor.Activation;
import io.edgeai.core.processor.Framing;
import io.edgeai.core.processor.ImageDecoder;
import io.edgeai.core.processor.ImageTensor;
import io.edgeai.core.processor.NonMaxSuppression;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a model needs to know of images, and what its numbers mean. Immutable.
 *
 * @param decoder reads files
 * @param framing brings images to the model's size
 * @param tensor makes numbers of pixels
 * @param labels names of classes by index; empty for their numbers
 * @param activation of a classifier's scores
 * @param head reads boxes; null for a model that finds none
 * @param suppression drops boxes on the same thing
 * @param scores what a quantized classifier's bytes stand for
 */
public record VisionSettings(
        ImageDecoder decoder,
        Framing framing,
        ImageTensor tensor,
        List<String> labels,
        Activation activation,
        @Nullable DetectionHead head,
        NonMaxSuppression suppression,
        OutputScale scores) {
    public VisionSettings {
        labels = List.copyOf(labels);
    }

    /**
     * What follows from a model's first input [N, 3, H, W] or [N, H, W, 3], and from its metadata where that says more (see
     * {@link VisionMetadata}). Otherwise: images are stretched, pixels go from 0 to 1, softmax, no names, no boxes.
     *
     * @throws InvalidInputException where the input is no image of a known size, or metadata is not well formed
     */
    public static VisionSettings of(Signature signature, Map<String, String> metadata) {
        TensorSpec input = input(signature);
        List<Dim> dims = input.shape();
        boolean channelsFirst = dims.get(1).size() == 3;
        int height = (int) dims.get(channelsFirst ? 2 : 1).size();
        int width = (int) dims.get(channelsFirst ? 3 : 2).size();
        ImageTensor tensor = ImageTensor.unit()
                .layout(channelsFirst ? ImageTensor.Layout.NCHW : ImageTensor.Layout.NHWC)
                .type(input.type());
        VisionSettings plain = new VisionSettings(
                ImageDecoder.ofDefaults(),
                Framing.stretch(width, height),
                tensor,
                List.of(),
                Activation.SOFTMAX,
                null,
                NonMaxSuppression.ofDefaults(),
                OutputScale.NONE);
        return VisionMetadata.read(metadata, plain);
    }

    private static TensorSpec input(Signature signature) {
        if (signature.inputs().size() == 1) {
            List<Dim> dims = signature.inputs().get(0).shape();
            boolean sized = dims.size() == 4 && dims.stream().skip(1).allMatch(Dim::known);
            if (sized && (dims.get(1).size() == 3 || dims.get(3).size() == 3)) {
                return signature.inputs().get(0);
            }
        }
        throw new InvalidInputException(
                "Inputs (" + signature.inputs()
                        + ") are not one image [N,3,H,W] or [N,H,W,3] of a known size. Maybe wire a ModelGraph with processors.");
    }

    public VisionSettings decoder(ImageDecoder reader) {
        return new VisionSettings(reader, framing, tensor, labels, activation, head, suppression, scores);
    }

    public VisionSettings framing(Framing way) {
        return new VisionSettings(decoder, way, tensor, labels, activation, head, suppression, scores);
    }

    public VisionSettings tensor(ImageTensor numbers) {
        return new VisionSettings(decoder, framing, numbers, labels, activation, head, suppression, scores);
    }

    public VisionSettings labels(List<String> names) {
        return new VisionSettings(decoder, framing, tensor, names, activation, head, suppression, scores);
    }

    public VisionSettings activation(Activation function) {
        return new VisionSettings(decoder, framing, tensor, labels, function, head, suppression, scores);
    }

    public VisionSettings head(DetectionHead reader) {
        return new VisionSettings(decoder, framing, tensor, labels, activation, reader, suppression, scores);
    }

    public VisionSettings suppression(NonMaxSuppression rule) {
        return new VisionSettings(decoder, framing, tensor, labels, activation, head, rule, scores);
    }

    public VisionSettings scores(OutputScale scale) {
        return new VisionSettings(decoder, framing, tensor, labels, activation, head, suppression, scale);
    }
}
