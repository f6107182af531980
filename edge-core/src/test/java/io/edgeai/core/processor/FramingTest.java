package io.edgeai.core.processor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FramingTest {
    @Test
    void aLetterboxKeepsProportionsOnAGreyGround() {
        Framed framed = Framing.letterbox(64, 64).apply(Images.plain(40, 20, 200, 0, 10));

        assertThat(framed.image().width()).isEqualTo(64);
        assertThat(framed.image().at(0, 15, 0)).isEqualTo(114);
        assertThat(framed.image().at(0, 16, 0)).isEqualTo(200);
        assertThat(framed.image().at(63, 47, 2)).isEqualTo(10);
        assertThat(framed.image().at(63, 48, 2)).isEqualTo(114);
    }

    /** torchvision: Resize(256), CenterCrop(224); offsets are int(round((h − 224) / 2)). */
    @ParameterizedTest
    @CsvSource({
        "256, 224, -16",
        "341, 224, -58",
        "229, 224, -2",
        "227, 224, -2",
        "225, 224, 0",
        "224, 224, 0",
        "100, 224, 62"
    })
    void theMiddleIsTorchvisions(int have, int want, int offset) {
        assertThat(CentreCrop.offset(have, want)).isEqualTo(offset);
    }

    @Test
    void aCropOfASmallImageStandsOnBlack() {
        Image image = new CentreCrop(4, 3).apply(Images.plain(2, 5, 9, 9, 9));

        assertThat(new int[] {image.at(0, 1, 0), image.at(1, 1, 0), image.at(2, 2, 1), image.at(3, 0, 2)})
                .containsExactly(0, 9, 9, 0);
    }

    /** A marked pixel is looked for in the frame; its box there must lead back to where it was. */
    @Test
    void boxesLeadBackToTheOriginal() {
        for (long seed = 0; seed < 60; seed++) {
            Random random = new Random(seed);
            int width = 30 + random.nextInt(90);
            int height = 30 + random.nextInt(90);
            int markX = width / 2 + random.nextInt(7) - 3;
            int markY = height / 2 + random.nextInt(7) - 3;
            byte[] rgb = new byte[3 * width * height];
            rgb[3 * (markY * width + markX)] = (byte) 255;
            Image original = Image.ofRgb(width, height, rgb);
            for (Framing framing :
                    new Framing[] {Framing.stretch(200, 170), Framing.letterbox(200, 170), Framing.crop(180, 150, 160)
                    }) {
                Framed framed = framing.with(Resampling.NEAREST).apply(original);
                Box seen = marked(framed.image());
                Box back = framed.onOriginal(seen);
                assertThat(back.x1()).as("seed %d, %s", seed, framing).isCloseTo(markX, within(framed.scaleX()));
                assertThat(back.y2()).as("seed %d, %s", seed, framing).isCloseTo(markY + 1, within(framed.scaleY()));
            }
        }
    }

    private static Box marked(Image image) {
        int left = Integer.MAX_VALUE;
        int top = Integer.MAX_VALUE;
        int right = 0;
        int bottom = 0;
        for (int y = 0; y < image.height(); y++) {
            for (int x = 0; x < image.width(); x++) {
                if (image.at(x, y, 0) == 255) {
                    left = Math.min(left, x);
                    top = Math.min(top, y);
                    right = Math.max(right, x + 1);
                    bottom = Math.max(bottom, y + 1);
                }
            }
        }
        return new Box(left, top, right, bottom);
    }

    @Test
    void boxesEndAtTheEdgesOfTheOriginal() {
        Framed framed = Framing.letterbox(100, 100).apply(Images.plain(50, 25, 0, 0, 0));
        assertThat(framed.onOriginal(new Box(-10, 0, 120, 90))).isEqualTo(new Box(0, 0, 50, 25));
    }

    @Test
    void sizesAndGroundsOutOfRangeAreNamed() {
        assertThatThrownBy(() -> Framing.stretch(0, 3)).hasMessageContaining("0×3");
        assertThatThrownBy(() -> new Framing(Framing.Fit.LETTERBOX, 3, 3, 3, Resampling.NEAREST, 256))
                .hasMessageContaining("ground 256");
        assertThatThrownBy(() -> new CentreCrop(3, 0)).hasMessageContaining("3×0");
    }
}
