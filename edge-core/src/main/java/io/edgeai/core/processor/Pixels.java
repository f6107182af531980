package io.edgeai.core.processor;

import io.edgeai.core.error.InvalidInputException;
import java.awt.color.ColorSpace;
import java.awt.image.BufferedImage;
import java.awt.image.ColorModel;
import java.awt.image.IndexColorModel;
import java.awt.image.Raster;

/**
 * The pixels of a JDK image as they were stored. The JDK's own conversion would apply a gamma to grey and multiply in
 * transparency. Stateless.
 */
final class Pixels {
    private Pixels() {}

    /** @throws InvalidInputException where colours are neither grey, RGB nor of a palette */
    static Image rgb(BufferedImage image) {
        int width = image.getWidth();
        byte[] rgb = new byte[Image.CHANNELS * width * image.getHeight()];
        ColorModel colors = image.getColorModel();
        if (colors instanceof IndexColorModel) {
            palette(image, rgb);
        } else if (colors.getColorSpace().getType() == ColorSpace.TYPE_GRAY) {
            samples(image.getRaster(), rgb, colors.getComponentSize(0) - 8, 0, 0, 0);
        } else if (colors.getColorSpace().getType() == ColorSpace.TYPE_RGB
                && image.getRaster().getNumBands() >= Image.CHANNELS) {
            samples(image.getRaster(), rgb, colors.getComponentSize(0) - 8, 0, 1, 2);
        } else {
            throw new InvalidInputException("The image has " + colors.getNumComponents()
                    + " components of colour space (" + colors.getColorSpace().getType()
                    + "), which is neither grey nor RGB. Maybe save it anew as RGB.");
        }
        return Image.wrapping(width, image.getHeight(), rgb);
    }

    private static void palette(BufferedImage image, byte[] rgb) {
        int[] row = new int[image.getWidth()];
        int at = 0;
        for (int y = 0; y < image.getHeight(); y++) {
            image.getRGB(0, y, row.length, 1, row, 0, row.length);
            for (int pixel : row) {
                rgb[at++] = (byte) (pixel >> 16);
                rgb[at++] = (byte) (pixel >> 8);
                rgb[at++] = (byte) pixel;
            }
        }
    }

    private static void samples(Raster raster, byte[] rgb, int shift, int red, int green, int blue) {
        int bands = raster.getNumBands();
        int[] row = new int[bands * raster.getWidth()];
        int at = 0;
        for (int y = 0; y < raster.getHeight(); y++) {
            raster.getPixels(0, y, raster.getWidth(), 1, row);
            for (int x = 0; x < row.length; x += bands) {
                rgb[at++] = eight(row[x + red], shift);
                rgb[at++] = eight(row[x + green], shift);
                rgb[at++] = eight(row[x + blue], shift);
            }
        }
    }

    private static byte eight(int sample, int shift) {
        return (byte) (shift >= 0 ? sample >> shift : sample << -shift);
    }
}
