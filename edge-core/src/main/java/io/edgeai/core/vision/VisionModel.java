package io.edgeai.core.vision;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.model.Signature;
import io.edgeai.core.model.Tensor;
import io.edgeai.core.processor.Classification;
import io.edgeai.core.processor.Detection;
import io.edgeai.core.processor.Framed;
import io.edgeai.core.processor.Image;
import io.edgeai.core.processor.TopK;
import io.edgeai.core.runtime.InferenceSession;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/**
 * A model that sees, with its settings: classes of images, things in them. Owns nothing; whoever opened the session closes
 * it. Thread-safe where the function it asks is.
 */
public final class VisionModel {
    private final Signature signature;
    private final UnaryOperator<Map<String, Tensor>> run;
    private final VisionSettings settings;
    private final String input;

    /**
     * @param signature of the model, which takes one image
     * @param run from its inputs to its outputs: a session's or an endpoint's
     */
    public VisionModel(Signature signature, UnaryOperator<Map<String, Tensor>> run, VisionSettings settings) {
        if (signature.inputs().size() != 1) {
            throw new InvalidInputException(
                    "Inputs (" + signature.inputs() + ") are not one image. Maybe wire a ModelGraph with processors.");
        }
        this.signature = signature;
        this.run = run;
        this.settings = settings;
        this.input = signature.inputs().get(0).name();
    }

    /** A session with the settings of its input and of its file's metadata. */
    public static VisionModel of(InferenceSession session, Map<String, String> metadata) {
        return new VisionModel(session.signature(), session::run, VisionSettings.of(session.signature(), metadata));
    }

    /** The same model with other settings, e.g. {@code model.with(model.settings().labels(names))}. */
    public VisionModel with(VisionSettings others) {
        return new VisionModel(signature, run, others);
    }

    public VisionSettings settings() {
        return settings;
    }

    /** Reads an image file as the settings say. */
    public Image read(Path file) {
        return settings.decoder().read(file);
    }

    /**
     * The best classes of an image, the best first; scores are the first output's.
     *
     * @param topK most classes, at least 1
     */
    public List<Classification> classify(Image image, int topK) {
        return classify(List.of(image), topK).get(0);
    }

    /** The best classes of each image; all run together where the model takes several. */
    public List<List<Classification>> classify(List<Image> images, int topK) {
        List<List<Classification>> answers = new ArrayList<>();
        if (images.isEmpty()) {
            return answers;
        }
        boolean together = !signature.inputs().get(0).shape().get(0).known();
        List<Image> seen = images.stream()
                .map(image -> settings.framing().apply(image).image())
                .toList();
        for (int from = 0; from < seen.size(); from += together ? seen.size() : 1) {
            List<Image> some = together ? seen : seen.subList(from, from + 1);
            for (float[] scores : scores(some)) {
                answers.add(settings.activation()
                        .then(new TopK(settings.labels(), topK))
                        .apply(scores));
            }
        }
        return answers;
    }

    private List<float[]> scores(List<Image> images) {
        String output = signature.outputs().get(0).name();
        Tensor tensor = Rows.output(run.apply(Map.of(input, settings.tensor().apply(images))), output);
        float[] all = settings.scores().apply(tensor);
        if (all.length == 0 || all.length % images.size() != 0) {
            throw new InvalidInputException("Output (" + output + ") is " + tensor + ", not scores of (" + images.size()
                    + ") images. Maybe the model does not classify.");
        }
        int classes = all.length / images.size();
        List<float[]> rows = new ArrayList<>();
        for (int i = 0; i < images.size(); i++) {
            rows.add(java.util.Arrays.copyOfRange(all, i * classes, (i + 1) * classes));
        }
        return rows;
    }

    /**
     * Things in an image, the surest first, boxes in pixels of that image.
     *
     * @throws InvalidInputException where the settings have no head
     */
    public List<Detection> detect(Image image) {
        DetectionHead head = settings.head();
        if (head == null) {
            throw new InvalidInputException("The settings have no head (null) to read boxes. Maybe settings.head(…), or"
                    + " metadata vision.head.");
        }
        Framed framed = settings.framing().apply(image);
        Map<String, Tensor> outputs = run.apply(Map.of(input, settings.tensor().apply(List.of(framed.image()))));
        DetectionHead.Size size =
                new DetectionHead.Size(framed.image().width(), framed.image().height());
        List<Detection> all = head.decode(
                outputs, size, settings.labels(), settings.suppression().score());
        return settings.suppression().apply(all).stream()
                .map(each -> new Detection(each.label(), each.index(), each.score(), framed.onOriginal(each.box())))
                .toList();
    }
}
