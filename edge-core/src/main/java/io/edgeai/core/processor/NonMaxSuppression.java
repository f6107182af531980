package io.edgeai.core.processor;

import io.edgeai.core.error.InvalidInputException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Keeps of boxes on the same thing only the surest: in order of score, a box is dropped where it overlaps one kept before by
 * more than the threshold. The rule of ONNX's NonMaxSuppression. Immutable.
 *
 * @param iou overlap, 0 to 1, above which the less sure box goes
 * @param score boxes must be surer than this
 * @param mostPerClass most boxes of one class, or where classes are not told apart of all, at least 1
 * @param acrossClasses whether a box may be dropped for one of another class
 */
public record NonMaxSuppression(double iou, double score, int mostPerClass, boolean acrossClasses)
        implements Processor<List<Detection>, List<Detection>> {
    public NonMaxSuppression {
        if (!(iou >= 0 && iou <= 1) || Double.isNaN(score) || mostPerClass < 1) {
            throw new InvalidInputException("Suppression (iou " + iou + ", score " + score + ", most " + mostPerClass
                    + ") needs an iou of 0 to 1, a score that is a number and at least 1 box.");
        }
    }

    /** Overlap 0.45, score 0.25, 300 of a class, each class by itself. */
    public static NonMaxSuppression ofDefaults() {
        return new NonMaxSuppression(0.45, 0.25, 300, false);
    }

    public NonMaxSuppression iou(double most) {
        return new NonMaxSuppression(most, score, mostPerClass, acrossClasses);
    }

    public NonMaxSuppression score(double least) {
        return new NonMaxSuppression(iou, least, mostPerClass, acrossClasses);
    }

    public NonMaxSuppression mostPerClass(int boxes) {
        return new NonMaxSuppression(iou, score, boxes, acrossClasses);
    }

    public NonMaxSuppression acrossClasses(boolean all) {
        return new NonMaxSuppression(iou, score, mostPerClass, all);
    }

    /** The surest first; of equal scores in the order given. */
    @Override
    public List<Detection> apply(List<Detection> detections) {
        List<Detection> ranked = detections.stream()
                .filter(each -> each.score() > score)
                .sorted(Comparator.comparingDouble((Detection each) -> -each.score()))
                .toList();
        Map<Integer, List<Detection>> keptByClass = new HashMap<>();
        List<Detection> kept = new ArrayList<>();
        for (Detection each : ranked) {
            List<Detection> rivals =
                    keptByClass.computeIfAbsent(acrossClasses ? 0 : each.index(), index -> new ArrayList<>());
            if (rivals.size() < mostPerClass
                    && rivals.stream().noneMatch(rival -> rival.box().iou(each.box()) > iou)) {
                rivals.add(each);
                kept.add(each);
            }
        }
        return List.copyOf(kept);
    }
}
