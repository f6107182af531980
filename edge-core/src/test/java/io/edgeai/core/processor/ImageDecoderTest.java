package io.edgeai.core.processor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgeai.core.error.InvalidInputException;
import java.awt.Transparency;
import java.awt.color.ColorSpace;
import java.awt.image.BufferedImage;
import java.awt.image.ComponentColorModel;
import java.awt.image.DataBuffer;
import java.awt.image.Raster;
import java.awt.image.WritableRaster;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ImageDecoderTest {
    private static final ImageDecoder DECODER = ImageDecoder.ofDefaults();

    private static byte[] file(BufferedImage image, String format) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        assertThat(ImageIO.write(image, format, out)).as(format).isTrue();
        return out.toByteArray();
    }

    private static BufferedImage of(Image image, int type) {
        BufferedImage buffered = new BufferedImage(image.width(), image.height(), type);
        for (int y = 0; y < image.height(); y++) {
            for (int x = 0; x < image.width(); x++) {
                buffered.setRGB(
                        x, y, 0x40000000 | image.at(x, y, 0) << 16 | image.at(x, y, 1) << 8 | image.at(x, y, 2));
            }
        }
        return buffered;
    }

    @ParameterizedTest
    @ValueSource(strings = {"png", "bmp"})
    void formatsWithoutLossGiveEveryByte(String format) throws IOException {
        Image image = Images.pattern(19, 11);
        assertThat(DECODER.apply(file(of(image, BufferedImage.TYPE_3BYTE_BGR), format))
                        .rgb())
                .isEqualTo(image.rgb());
    }

    @Test
    void transparencyIsDroppedWithoutTouchingColours() throws IOException {
        Image image = Images.pattern(9, 7);
        assertThat(DECODER.apply(file(of(image, BufferedImage.TYPE_INT_ARGB), "png"))
                        .rgb())
                .isEqualTo(image.rgb());
    }

    @Test
    void greyIsTheStoredByteThreeTimes() throws IOException {
        BufferedImage grey = new BufferedImage(256, 1, BufferedImage.TYPE_BYTE_GRAY);
        for (int x = 0; x < 256; x++) {
            grey.getRaster().setSample(x, 0, 0, x);
        }
        Image image = DECODER.apply(file(grey, "png"));
        for (int x = 0; x < 256; x++) {
            assertThat(new int[] {image.at(x, 0, 0), image.at(x, 0, 1), image.at(x, 0, 2)})
                    .containsExactly(x, x, x);
        }
    }

    @Test
    void ofSixteenBitsTheUpperEightAreKept() throws IOException {
        WritableRaster raster = Raster.createInterleavedRaster(DataBuffer.TYPE_USHORT, 2, 1, 3, null);
        raster.setPixel(0, 0, new int[] {0x12ff, 0xab00, 0xffff});
        raster.setPixel(1, 0, new int[] {0, 0x0100, 0x00ff});
        ComponentColorModel colors = new ComponentColorModel(
                ColorSpace.getInstance(ColorSpace.CS_sRGB), false, false, Transparency.OPAQUE, DataBuffer.TYPE_USHORT);

        assertThat(DECODER.apply(file(new BufferedImage(colors, raster, false, null), "png"))
                        .rgb())
                .containsExactly(0x12, 0xab, 0xff, 0, 1, 0);
    }

    @Test
    void palettesAndJpegsAreRead() throws IOException {
        Image plain = Images.plain(16, 16, 255, 0, 0);
        for (String format : new String[] {"gif", "jpeg"}) {
            Image image = DECODER.apply(file(of(plain, BufferedImage.TYPE_INT_RGB), format));
            assertThat(image.at(8, 8, 0)).as(format).isBetween(252, 255);
            assertThat(image.at(8, 8, 1)).as(format).isBetween(0, 3);
        }
    }

    /** A head that claims 60,000 × 60,000 pixels costs nothing. */
    @Test
    void pixelsAreCountedBeforeTheyAreRead() throws IOException {
        byte[] png = file(of(Images.pattern(4, 4), BufferedImage.TYPE_INT_RGB), "png");
        png[16] = 0;
        png[17] = 0;
        png[18] = (byte) 0xea;
        png[19] = 0x60;
        System.arraycopy(png, 16, png, 20, 4);
        java.util.zip.CRC32 crc = new java.util.zip.CRC32();
        crc.update(png, 12, 17);
        java.nio.ByteBuffer.wrap(png).putInt(29, (int) crc.getValue());

        assertThatThrownBy(() -> DECODER.apply(png))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("(60000×60000) pixels, over the 50000000");
    }

    @Test
    void filesOverALimitAreRefused(@TempDir Path folder) throws IOException {
        byte[] png = file(of(Images.pattern(10, 10), BufferedImage.TYPE_INT_RGB), "png");
        Path file = Files.write(folder.resolve("a.png"), png);

        assertThat(DECODER.read(file).width()).isEqualTo(10);
        assertThatThrownBy(() -> DECODER.maxBytes(20).read(file)).hasMessageContaining("(" + png.length + ") bytes");
        assertThatThrownBy(() -> DECODER.maxPixels(99).read(file)).hasMessageContaining("over the 99 allowed");
        assertThatThrownBy(() -> DECODER.read(folder.resolve("b.png"))).hasMessageContaining("b.png");
        assertThatThrownBy(() -> DECODER.maxBytes(0)).hasMessageContaining("maxBytes (0)");
    }

    @Test
    void whatIsNoImageIsNamed() throws IOException {
        assertThatThrownBy(() -> DECODER.apply(new byte[50])).hasMessageContaining("no image");
        byte[] wbmp = file(new BufferedImage(8, 8, BufferedImage.TYPE_BYTE_BINARY), "wbmp");
        assertThatThrownBy(() -> DECODER.apply(wbmp)).hasMessageContaining("(wbmp)");
    }

    /** Cut off or changed anywhere: an image or an error of ours. */
    @Test
    void damagedFilesEndInAnImageOrInAnError() throws IOException {
        for (String format : new String[] {"png", "jpeg", "gif", "bmp"}) {
            byte[] good = file(of(Images.pattern(24, 16), BufferedImage.TYPE_3BYTE_BGR), format);
            for (long seed = 0; seed < 150; seed++) {
                Random random = new Random(seed);
                byte[] bad = Arrays.copyOf(good, random.nextBoolean() ? good.length : random.nextInt(good.length));
                for (int i = random.nextInt(4); i > 0 && bad.length > 0; i--) {
                    bad[random.nextInt(bad.length)] = (byte) random.nextInt();
                }
                String end;
                try {
                    Image image = DECODER.maxPixels(1_000_000).apply(bad);
                    end = image.width() > 0 ? "image" : "nothing";
                } catch (InvalidInputException e) {
                    end = "error";
                }
                assertThat(end).as("%s, seed %d", format, seed).isIn("image", "error");
            }
        }
    }
}
