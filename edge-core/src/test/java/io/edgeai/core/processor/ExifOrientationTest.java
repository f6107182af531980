package io.edgeai.core.processor;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Orientations as EXIF defines them: which visual side the stored first row and first column are. */
class ExifOrientationTest {
    @ParameterizedTest
    @CsvSource({
        "1, top, left",
        "2, top, right",
        "3, bottom, right",
        "4, bottom, left",
        "5, left, top",
        "6, right, top",
        "7, right, bottom",
        "8, left, bottom"
    })
    void theFirstRowAndColumnComeToTheirSides(int orientation, String firstRow, String firstColumn) {
        int width = 5;
        int height = 3;
        Image stored = Images.pattern(width, height);
        Image upright = ExifOrientation.upright(stored, orientation);
        boolean turned = firstRow.equals("left") || firstRow.equals("right");

        assertThat(upright.width()).isEqualTo(turned ? height : width);
        for (int row = 0; row < height; row++) {
            for (int column = 0; column < width; column++) {
                int x = along("left", "right", firstRow, row, height, firstColumn, column, width);
                int y = along("top", "bottom", firstRow, row, height, firstColumn, column, width);
                assertThat(upright.at(x, y, 1))
                        .as("row %d, column %d", row, column)
                        .isEqualTo(stored.at(column, row, 1));
            }
        }
    }

    /** Where a stored pixel comes on the axis between two sides: rows count from firstRow, columns from firstColumn. */
    private static int along(
            String low, String high, String firstRow, int row, int rows, String firstColumn, int column, int columns) {
        if (firstRow.equals(low)) {
            return row;
        }
        if (firstRow.equals(high)) {
            return rows - 1 - row;
        }
        return firstColumn.equals(low) ? column : columns - 1 - column;
    }

    private static byte[] jpeg(byte[] segment) throws IOException {
        BufferedImage image = new BufferedImage(16, 8, BufferedImage.TYPE_INT_RGB);
        ByteArrayOutputStream plain = new ByteArrayOutputStream();
        ImageIO.write(image, "jpeg", plain);
        byte[] bytes = plain.toByteArray();
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(bytes, 0, 2);
        out.write(segment);
        out.write(bytes, 2, bytes.length - 2);
        return out.toByteArray();
    }

    /** An APP1 segment with a directory of two entries, the second of which is the orientation. */
    private static byte[] exif(ByteOrder order, int orientation) {
        ByteBuffer out = ByteBuffer.allocate(4 + 6 + 8 + 2 + 24 + 4);
        out.putShort((short) 0xffe1)
                .putShort((short) (out.capacity() - 2))
                .put("Exif\0\0".getBytes(StandardCharsets.US_ASCII));
        out.put(
                        order == ByteOrder.BIG_ENDIAN
                                ? "MM".getBytes(StandardCharsets.US_ASCII)
                                : "II".getBytes(StandardCharsets.US_ASCII))
                .order(order);
        out.putShort((short) 42).putInt(8).putShort((short) 2);
        out.putShort((short) 0x010f).putShort((short) 2).putInt(2).putInt(0);
        out.putShort((short) 0x0112)
                .putShort((short) 3)
                .putInt(1)
                .putShort((short) orientation)
                .putShort((short) 0);
        return out.putInt(0).array();
    }

    @Test
    void aJpegIsTurnedAsItsExifSaysInBothByteOrders() throws IOException {
        for (ByteOrder order : new ByteOrder[] {ByteOrder.BIG_ENDIAN, ByteOrder.LITTLE_ENDIAN}) {
            byte[] file = jpeg(exif(order, 6));
            assertThat(ExifOrientation.of(file)).isEqualTo(6);
            assertThat(ImageDecoder.ofDefaults().apply(file).width()).isEqualTo(8);
        }
        assertThat(ImageDecoder.ofDefaults().apply(jpeg(new byte[0])).width()).isEqualTo(16);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 9, -1})
    void numbersThatMeanNothingTurnNothing(int orientation) throws IOException {
        assertThat(ExifOrientation.of(jpeg(exif(ByteOrder.BIG_ENDIAN, orientation))))
                .isEqualTo(1);
    }

    @Test
    void aFileCutOffAnywhereIsUprightOrTurned() throws IOException {
        byte[] file = jpeg(exif(ByteOrder.LITTLE_ENDIAN, 3));
        for (int length = 0; length < 80; length++) {
            assertThat(ExifOrientation.of(java.util.Arrays.copyOf(file, length)))
                    .isIn(1, 3);
        }
    }
}
