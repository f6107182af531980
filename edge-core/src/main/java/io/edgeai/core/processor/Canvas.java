package io.edgeai.core.processor;

import java.util.Arrays;

/** Images on a larger or smaller ground. Stateless. */
final class Canvas {
    private Canvas() {}

    /** @param grey every channel of the ground, 0 to 255 */
    static Image paste(Image image, int width, int height, int left, int top, int grey) {
        byte[] to = new byte[Math.multiplyExact(Image.CHANNELS * width, height)];
        Arrays.fill(to, (byte) grey);
        int fromX = Math.max(0, -left);
        int columns = Math.min(image.width() - fromX, width - Math.max(0, left));
        for (int y = Math.max(0, top); columns > 0 && y < Math.min(height, top + image.height()); y++) {
            System.arraycopy(
                    image.shared(),
                    ((y - top) * image.width() + fromX) * Image.CHANNELS,
                    to,
                    (y * width + Math.max(0, left)) * Image.CHANNELS,
                    columns * Image.CHANNELS);
        }
        return Image.wrapping(width, height, to);
    }
}
