package io.edgeai.core.processor;

import io.edgeai.core.error.InvalidInputException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.Locale;
import java.util.Set;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;
import javax.imageio.stream.MemoryCacheImageInputStream;

/**
 * Reads JPEG, PNG, BMP and GIF files (of a GIF the first picture) with the JDK's own readers. Size and number of pixels are
 * held to limits before memory is taken: by default 32 MiB and 50 million pixels. JPEGs are turned upright as EXIF says.
 * Grey becomes equal red, green and blue, transparency is dropped, of 16 bits the upper 8 are kept, colour profiles are not
 * applied; CMYK is refused. Thread-safe.
 */
public final class ImageDecoder implements Processor<byte[], Image> {
    private static final Set<String> FORMATS = Set.of("jpeg", "png", "bmp", "gif");

    private final long maxBytes;
    private final long maxPixels;

    private ImageDecoder(long maxBytes, long maxPixels) {
        this.maxBytes = maxBytes;
        this.maxPixels = maxPixels;
    }

    public static ImageDecoder ofDefaults() {
        return new ImageDecoder(32L << 20, 50_000_000);
    }

    /** Most bytes of a file, at least 1. */
    public ImageDecoder maxBytes(long most) {
        return new ImageDecoder(positive("maxBytes", most), maxPixels);
    }

    /** Most pixels of an image, at least 1. */
    public ImageDecoder maxPixels(long most) {
        return new ImageDecoder(maxBytes, positive("maxPixels", most));
    }

    private static long positive(String what, long value) {
        if (value < 1) {
            throw new InvalidInputException(what + " (" + value + ") must be at least 1.");
        }
        return value;
    }

    /** @throws InvalidInputException as {@link #apply}, or where the file cannot be read */
    public Image read(Path file) {
        try {
            checkBytes(Files.size(file));
            return apply(Files.readAllBytes(file));
        } catch (InvalidInputException e) {
            throw new InvalidInputException("Image (" + file + "): " + e.getMessage(), e);
        } catch (IOException e) {
            throw new InvalidInputException("Image (" + file + ") cannot be read. Maybe correct the path.", e);
        }
    }

    /**
     * @param file the bytes of a file
     * @throws InvalidInputException for files over a limit, damaged, of another format or of colours not read here
     */
    @Override
    public Image apply(byte[] file) {
        checkBytes(file.length);
        try (ImageInputStream in = new MemoryCacheImageInputStream(new ByteArrayInputStream(file))) {
            Iterator<ImageReader> readers = ImageIO.getImageReaders(in);
            if (!readers.hasNext()) {
                throw new InvalidInputException("The bytes (" + file.length
                        + ") are no image that is read here. Maybe convert it to one of " + FORMATS + ".");
            }
            ImageReader reader = readers.next();
            try {
                return read(reader, in, file);
            } finally {
                reader.dispose();
            }
        } catch (IOException | IllegalArgumentException | IndexOutOfBoundsException | NegativeArraySizeException e) {
            throw new InvalidInputException(
                    "The image is damaged, or of colours that are not read here such as CMYK (" + e.getMessage()
                            + "). Maybe save it anew as RGB.",
                    e);
        }
    }

    private Image read(ImageReader reader, ImageInputStream in, byte[] file) throws IOException {
        String format = reader.getFormatName().toLowerCase(Locale.ROOT);
        if (!FORMATS.contains(format)) {
            throw new InvalidInputException(
                    "Image format (" + format + ") is not read here. Maybe convert it to one of " + FORMATS + ".");
        }
        reader.setInput(in, true, !format.equals("png"));
        long width = reader.getWidth(0);
        long height = reader.getHeight(0);
        if (width * height > maxPixels) {
            throw new InvalidInputException("The image has (" + width + "×" + height + ") pixels, over the " + maxPixels
                    + " allowed. Maybe raise maxPixels.");
        }
        Image image = Pixels.rgb(reader.read(0));
        return ExifOrientation.upright(image, ExifOrientation.of(file));
    }

    private void checkBytes(long bytes) {
        if (bytes > maxBytes) {
            throw new InvalidInputException("The image file has (" + bytes + ") bytes, over the " + maxBytes
                    + " allowed. Maybe raise maxBytes.");
        }
    }
}
