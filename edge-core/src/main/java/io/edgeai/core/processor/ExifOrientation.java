package io.edgeai.core.processor;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** How a camera was held: the orientation that EXIF notes in a JPEG file, and the image turned upright. Stateless. */
final class ExifOrientation {
    static final int UPRIGHT = 1;

    private static final int SOI = 0xffd8;
    private static final int APP1 = 0xffe1;
    private static final int START_OF_SCAN = 0xffda;
    private static final int TAG = 0x0112;
    private static final long EXIF = 0x457869660000L;

    private ExifOrientation() {}

    /** 1 to 8 as EXIF numbers them; {@link #UPRIGHT} where the file does not say, or says it wrongly. */
    static int of(byte[] file) {
        ByteBuffer in = ByteBuffer.wrap(file);
        if (in.remaining() < 4 || unsigned(in) != SOI) {
            return UPRIGHT;
        }
        while (in.remaining() >= 4) {
            int marker = unsigned(in);
            int length = unsigned(in) - 2;
            if (marker < 0xff00 || marker == START_OF_SCAN || length < 0 || length > in.remaining()) {
                return UPRIGHT;
            }
            ByteBuffer segment = in.slice(in.position(), length);
            in.position(in.position() + length);
            if (marker == APP1 && length > 14 && segment.getLong(0) >>> 16 == EXIF) {
                return ofTiff(segment.slice(6, length - 6));
            }
        }
        return UPRIGHT;
    }

    private static int ofTiff(ByteBuffer tiff) {
        tiff.order(tiff.getShort(0) == 0x4949 ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN);
        int directory = tiff.getInt(4);
        if (directory < 8 || directory > tiff.limit() - 2) {
            return UPRIGHT;
        }
        int entries = tiff.getShort(directory) & 0xffff;
        for (int i = 0; i < entries; i++) {
            int entry = directory + 2 + 12 * i;
            if (entry > tiff.limit() - 12) {
                return UPRIGHT;
            }
            if ((tiff.getShort(entry) & 0xffff) == TAG) {
                int value = tiff.getShort(entry + 8);
                return value >= 1 && value <= 8 ? value : UPRIGHT;
            }
        }
        return UPRIGHT;
    }

    private static int unsigned(ByteBuffer in) {
        return in.getShort() & 0xffff;
    }

    /** The image as it was seen: mirrored, turned or both. */
    static Image upright(Image image, int orientation) {
        if (orientation == UPRIGHT) {
            return image;
        }
        boolean turned = orientation >= 5;
        int width = turned ? image.height() : image.width();
        int height = turned ? image.width() : image.height();
        byte[] from = image.shared();
        byte[] to = new byte[from.length];
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                int a = turned ? y : x;
                int b = turned ? x : y;
                int sourceX = orientation == 2 || orientation == 3 || orientation == 7 || orientation == 8
                        ? image.width() - 1 - a
                        : a;
                int sourceY = orientation == 3 || orientation == 4 || orientation == 6 || orientation == 7
                        ? image.height() - 1 - b
                        : b;
                System.arraycopy(
                        from,
                        (sourceY * image.width() + sourceX) * Image.CHANNELS,
                        to,
                        (y * width + x) * Image.CHANNELS,
                        Image.CHANNELS);
            }
        }
        return Image.wrapping(width, height, to);
    }
}
