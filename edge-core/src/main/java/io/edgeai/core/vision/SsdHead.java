package io.edgeai.core.vision;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.model.Tensor;
import io.edgeai.core.processor.Activation;
import io.edgeai.core.processor.Box;
import io.edgeai.core.processor.Detection;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Heads of the SSD kind: boxes [1, N, 4] as parts of the image and scores [1, N, classes], one of which may mean background.
 * With priors, boxes are offsets from them with variances 0.1 and 0.2. A box may be of several classes.
 *
 * @param boxes name of the output of boxes
 * @param scores name of the output of scores
 * @param form what the four numbers are; ignored with priors
 * @param activation of each box's scores
 * @param background the class that means nothing is there, or -1; other classes keep their numbers
 * @param priors middle x, middle y, width, height of each prior as parts of the image; null where boxes are ready
 */
public record SsdHead(
        String boxes, String scores, Form form, Activation activation, int background, @Nullable List<double[]> priors)
        implements DetectionHead {
    private static final double MIDDLE_VARIANCE = 0.1;
    private static final double SIZE_VARIANCE = 0.2;

    /** What four numbers of a box are. */
    public enum Form {
        /** Left, top, right, bottom. */
        X1_Y1_X2_Y2,
        /** Top, left, bottom, right, as in TensorFlow. */
        Y1_X1_Y2_X2,
        /** Middle x, middle y, width, height. */
        CENTRED
    }

    public SsdHead {
        priors = priors == null ? null : List.copyOf(priors);
    }

    /** Ready boxes by their corners, scores that are probabilities, class 0 for the background. */
    public static SsdHead ofDefaults(String boxes, String scores) {
        return new SsdHead(boxes, scores, Form.X1_Y1_X2_Y2, Activation.NONE, 0, null);
    }

    public SsdHead form(Form numbers) {
        return new SsdHead(boxes, scores, numbers, activation, background, priors);
    }

    public SsdHead activation(Activation function) {
        return new SsdHead(boxes, scores, form, function, background, priors);
    }

    public SsdHead background(int index) {
        return new SsdHead(boxes, scores, form, activation, index, priors);
    }

    public SsdHead priors(List<double[]> of) {
        return new SsdHead(boxes, scores, form, activation, background, of);
    }

    @Override
    public List<Detection> decode(Map<String, Tensor> outputs, Size frame, List<String> labels, double least) {
        Rows places = Rows.of(Rows.output(outputs, boxes), boxes);
        Rows classes = Rows.of(Rows.output(outputs, scores), scores);
        boolean fit = places.width() == 4
                && classes.count() == places.count()
                && (priors == null || priors.size() == places.count());
        if (!fit) {
            throw new InvalidInputException("Outputs (" + boxes + ": " + places.count() + "×" + places.width() + ", "
                    + scores
                    + ": " + classes.count() + "×" + classes.width() + ") are not boxes of 4 numbers with scores and "
                    + (priors == null ? "no" : priors.size()) + " priors. Maybe exchange their names.");
        }
        List<Detection> found = new ArrayList<>();
        for (int i = 0; i < places.count(); i++) {
            float[] each = activation.apply(classes.row(i, 0));
            for (int index = 0; index < each.length; index++) {
                if (index != background && each[index] >= least) {
                    found.add(new Detection(
                            Rows.label(labels, index), index, each[index], box(places.row(i, 0), i, frame)));
                }
            }
        }
        return found;
    }

    private Box box(float[] b, int index, Size frame) {
        Box part;
        if (priors != null) {
            double[] prior = priors.get(index);
            part = Box.centred(
                    prior[0] + b[0] * MIDDLE_VARIANCE * prior[2],
                    prior[1] + b[1] * MIDDLE_VARIANCE * prior[3],
                    prior[2] * Math.exp(b[2] * SIZE_VARIANCE),
                    prior[3] * Math.exp(b[3] * SIZE_VARIANCE));
        } else {
            part = switch (form) {
                case X1_Y1_X2_Y2 -> new Box(b[0], b[1], b[2], b[3]);
                case Y1_X1_Y2_X2 -> new Box(b[1], b[0], b[3], b[2]);
                case CENTRED -> Box.centred(b[0], b[1], b[2], b[3]);
            };
        }
        return new Box(
                part.x1() * frame.width(),
                part.y1() * frame.height(),
                part.x2() * frame.width(),
                part.y2() * frame.height());
    }
}
