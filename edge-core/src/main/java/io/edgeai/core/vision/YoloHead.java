package io.edgeai.core.vision;

import io.edgeai.core.model.Tensor;
import io.edgeai.core.processor.Box;
import io.edgeai.core.processor.Detection;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The head of exported YOLO networks: for each box middle, sides, with or without objectness, and a score for each class, as
 * [1, boxes, 5 + classes] (v5, v7) or [1, 4 + classes, boxes] (v8 and later), in pixels of the input. There are taken to be
 * more boxes than numbers of a box. A box is of its best class; its score is that of the class times objectness.
 *
 * @param output the output's name; empty for the first
 * @param objectness whether the fifth number is objectness
 */
public record YoloHead(String output, boolean objectness) implements DetectionHead {
    /** As YOLOv5 and v7 export. */
    public static YoloHead withObjectness() {
        return new YoloHead("", true);
    }

    /** As YOLOv8 and later export. */
    public static YoloHead withoutObjectness() {
        return new YoloHead("", false);
    }

    @Override
    public List<Detection> decode(Map<String, Tensor> outputs, Size frame, List<String> labels, double least) {
        Rows rows = Rows.of(Rows.output(outputs, output), output);
        Rows boxes = rows.width() > rows.count() ? rows.transposed() : rows;
        int first = objectness ? 5 : 4;
        List<Detection> found = new ArrayList<>();
        for (int i = 0; i < boxes.count(); i++) {
            int best = first;
            for (int column = first + 1; column < boxes.width(); column++) {
                best = boxes.at(i, column) > boxes.at(i, best) ? column : best;
            }
            double score = best < boxes.width() ? boxes.at(i, best) : 0;
            score *= objectness ? boxes.at(i, 4) : 1;
            if (score >= least) {
                Box box = Box.centred(boxes.at(i, 0), boxes.at(i, 1), boxes.at(i, 2), boxes.at(i, 3));
                found.add(new Detection(Rows.label(labels, best - first), best - first, score, box));
            }
        }
        return found;
    }
}
