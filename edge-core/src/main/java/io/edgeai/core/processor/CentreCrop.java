package io.edgeai.core.processor;

import io.edgeai.core.error.InvalidInputException;

/**
 * The middle of an image, as torchvision cuts it; where the image is smaller, black around it.
 *
 * @param width of the result
 * @param height of the result
 */
public record CentreCrop(int width, int height) implements Processor<Image, Image> {
    public CentreCrop {
        if (width < 1 || height < 1) {
            throw new InvalidInputException("Size (" + width + "×" + height + ") must be at least 1×1.");
        }
    }

    @Override
    public Image apply(Image image) {
        return Canvas.paste(image, width, height, offset(image.width(), width), offset(image.height(), height), 0);
    }

    /** Where the image begins in the result; below 0 where it is cut. Halves are rounded to even when cutting. */
    static int offset(int have, int want) {
        return have >= want ? -(int) Math.rint((have - want) / 2.0) : (want - have) / 2;
    }
}
