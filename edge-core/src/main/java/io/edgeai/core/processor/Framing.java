package io.edgeai.core.processor;

import io.edgeai.core.error.InvalidInputException;

/**
 * How an image of any size is brought to the size that a model takes. Immutable.
 *
 * @param fit which way
 * @param width of the model's input
 * @param height of the model's input
 * @param shorterSide for {@link Fit#CROP}: length of the shorter side before the middle is cut
 * @param resampling the filter
 * @param ground for {@link Fit#LETTERBOX}: grey around the image, 0 to 255
 */
public record Framing(Fit fit, int width, int height, int shorterSide, Resampling resampling, int ground)
        implements Processor<Image, Framed> {
    /** Ways of making images fit. */
    public enum Fit {
        /** Stretched to the size; proportions change. */
        STRETCH,
        /** As large as fits, in the middle, grey around it. */
        LETTERBOX,
        /** The shorter side to a length, then the middle; the edges are lost. */
        CROP
    }

    public Framing {
        if (width < 1 || height < 1 || ground < 0 || ground > 255 || shorterSide < 1) {
            throw new InvalidInputException("Framing (" + width + "×" + height + ", shorter side " + shorterSide
                    + ", ground " + ground + ") must have sides of at least 1 and a ground of 0 to 255.");
        }
    }

    /** Stretched; bilinear. */
    public static Framing stretch(int width, int height) {
        return new Framing(Fit.STRETCH, width, height, Math.min(width, height), Resampling.BILINEAR, 0);
    }

    /** On a ground of 114, as YOLO's exporters do; bilinear. */
    public static Framing letterbox(int width, int height) {
        return new Framing(Fit.LETTERBOX, width, height, Math.min(width, height), Resampling.BILINEAR, 114);
    }

    /** Shorter side, then the middle, e.g. 256 and 224×224 as for most networks on ImageNet; bilinear. */
    public static Framing crop(int shorterSide, int width, int height) {
        return new Framing(Fit.CROP, width, height, shorterSide, Resampling.BILINEAR, 0);
    }

    /** The same with another filter. */
    public Framing with(Resampling filter) {
        return new Framing(fit, width, height, shorterSide, filter, ground);
    }

    @Override
    public Framed apply(Image image) {
        return switch (fit) {
            case STRETCH -> {
                Image resized = Resize.to(width, height).with(resampling).apply(image);
                yield framed(resized, image, resized, 0, 0);
            }
            case LETTERBOX -> letterboxed(image);
            case CROP -> {
                Image resized =
                        Resize.shorterSideTo(shorterSide).with(resampling).apply(image);
                int left = CentreCrop.offset(resized.width(), width);
                int top = CentreCrop.offset(resized.height(), height);
                yield framed(new CentreCrop(width, height).apply(resized), image, resized, left, top);
            }
        };
    }

    private Framed letterboxed(Image image) {
        double scale = Math.min((double) width / image.width(), (double) height / image.height());
        int inner = Math.max(1, (int) Math.rint(image.width() * scale));
        int tall = Math.max(1, (int) Math.rint(image.height() * scale));
        Image resized = Resize.to(inner, tall).with(resampling).apply(image);
        int left = (width - inner) / 2;
        int top = (height - tall) / 2;
        return framed(Canvas.paste(resized, width, height, left, top, ground), image, resized, left, top);
    }

    private static Framed framed(Image seen, Image original, Image resized, int left, int top) {
        return new Framed(
                seen,
                original,
                left,
                top,
                (double) original.width() / resized.width(),
                (double) original.height() / resized.height());
    }
}
