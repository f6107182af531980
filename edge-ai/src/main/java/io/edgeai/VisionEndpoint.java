package io.edgeai;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.error.LifecycleException;
import io.edgeai.core.model.VersionRef;
import io.edgeai.core.processor.Classification;
import io.edgeai.core.processor.Detection;
import io.edgeai.core.processor.Image;
import io.edgeai.core.rollout.TrafficSplit;
import io.edgeai.core.serving.ModelEndpoint;
import io.edgeai.core.vision.VisionModel;
import io.edgeai.core.vision.VisionSettings;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * A served model that takes images. What it needs to know of them (sizes, means, labels, heads) comes from its input and its
 * metadata, changed by settings given here; where another version is promoted, the next call takes its own, and a call that
 * meets the change is answered again. Thread-safe. Closing closes the endpoint.
 */
public final class VisionEndpoint implements AutoCloseable {
    private static final int BEST = 5;

    private final ModelEndpoint endpoint;
    private final Function<VersionRef, Map<String, String>> metadata;
    private final UnaryOperator<VisionSettings> settings;
    private volatile @Nullable Opened opened;

    /** What belongs to one version. */
    private record Opened(VersionRef version, VisionModel model) {}

    VisionEndpoint(
            ModelEndpoint endpoint,
            Function<VersionRef, Map<String, String>> metadata,
            UnaryOperator<VisionSettings> settings) {
        this.endpoint = endpoint;
        this.metadata = metadata;
        this.settings = settings;
    }

    /** The likeliest class. */
    public Classification classify(Image image) {
        return with(model -> model.classify(image, 1)).get(0);
    }

    /** The likeliest class of the image in a file. */
    public Classification classify(Path file) {
        return with(model -> model.classify(model.read(file), 1)).get(0);
    }

    /** The 5 likeliest classes, the likeliest first. */
    public List<Classification> scores(Image image) {
        return with(model -> model.classify(image, BEST));
    }

    /** Things in an image, the surest first, boxes in its pixels. */
    public List<Detection> detect(Image image) {
        return with(model -> model.detect(image));
    }

    /** Things in the image of a file. */
    public List<Detection> detect(Path file) {
        return with(model -> model.detect(model.read(file)));
    }

    /**
     * Any other use, e.g. {@code with(model -> model.classify(images, 3))}. The model must not be kept; the function is called
     * again where another version was promoted meanwhile.
     *
     * @throws InvalidInputException where the version takes no image of a known size, or several versions answer
     * @throws LifecycleException after close
     */
    public <T> T with(Function<VisionModel, T> task) {
        while (true) {
            Opened current = current();
            try {
                T answer = task.apply(current.model());
                if (current.version().equals(version())) {
                    return answer;
                }
            } catch (LifecycleException e) {
                if (current.version().equals(version())) {
                    throw e;
                }
            }
        }
    }

    private VersionRef version() {
        List<TrafficSplit.Arm> arms = endpoint.split().arms();
        if (arms.size() > 1) {
            throw new InvalidInputException("Images are prepared for one version, but (" + arms
                    + ") answer. Maybe give one version, or none for the active one.");
        }
        return arms.get(0).version();
    }

    private Opened current() {
        while (true) {
            VersionRef version = version();
            Opened before = opened;
            if (before != null && before.version().equals(version)) {
                return before;
            }
            VisionSettings own = VisionSettings.of(endpoint.signature(), metadata.apply(version));
            Opened fresh =
                    new Opened(version, new VisionModel(endpoint.signature(), endpoint::predict, settings.apply(own)));
            if (version.equals(version())) {
                opened = fresh;
                return fresh;
            }
        }
    }

    /** The endpoint underneath, e.g. for {@link ModelEndpoint#answered()}. */
    public ModelEndpoint endpoint() {
        return endpoint;
    }

    /** Closing twice does nothing. */
    @Override
    public void close() {
        endpoint.close();
    }
}
