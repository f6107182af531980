package io.edgeai.samples.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgeai.core.error.InvalidInputException;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Base64;
import java.util.Random;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;

/** The JDK's own PNG reader is the oracle. */
class GrayPngTest {
    @Test
    void picturesReadBackPixelByPixel() throws IOException {
        Random random = new Random(4);
        for (int round = 0; round < 20; round++) {
            int width = 1 + random.nextInt(40);
            int height = 1 + random.nextInt(40);
            byte[] pixels = new byte[width * height];
            random.nextBytes(pixels);
            BufferedImage image = ImageIO.read(new ByteArrayInputStream(GrayPng.encode(width, height, pixels)));

            assertThat(image.getWidth()).isEqualTo(width);
            assertThat(image.getHeight()).isEqualTo(height);
            byte[] back = (byte[]) image.getRaster().getDataElements(0, 0, width, height, null);
            assertThat(back).containsExactly(pixels);
        }
    }

    @Test
    void addressesCarryTheFile() {
        String uri = GrayPng.dataUri(1, 1, new byte[] {7});

        assertThat(uri).startsWith("data:image/png;base64,");
        assertThat(Base64.getDecoder().decode(uri.substring(22))).isEqualTo(GrayPng.encode(1, 1, new byte[] {7}));
    }

    @Test
    void sizesMustFit() {
        assertThatThrownBy(() -> GrayPng.encode(2, 2, new byte[3])).isInstanceOf(InvalidInputException.class);
        assertThatThrownBy(() -> GrayPng.encode(0, 2, new byte[0])).isInstanceOf(InvalidInputException.class);
    }
}
