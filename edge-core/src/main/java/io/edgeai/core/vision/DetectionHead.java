package io.edgeai.core.vision;

import io.edgeai.core.model.Tensor;
import io.edgeai.core.processor.Detection;
import java.util.List;
import java.util.Map;

/** Reads boxes out of what a detecting network gives for one image. Must be thread-safe. */
@FunctionalInterface
public interface DetectionHead {
    /**
     * All boxes of at least some score, in any order, overlapping ones too.
     *
     * @param outputs of the network, by name
     * @param frame the image it saw, in whose pixels boxes are given
     * @param labels names of classes; empty for their numbers
     * @param least boxes of lower scores may be left out
     * @throws io.edgeai.core.error.InvalidInputException where outputs are not of the form this head reads
     */
    List<Detection> decode(Map<String, Tensor> outputs, Size frame, List<String> labels, double least);

    /**
     * Sides of an image in pixels.
     *
     * @param width columns
     * @param height rows
     */
    record Size(int width, int height) {}
}
