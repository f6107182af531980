package io.edgeai.core.processor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ResizeTest {
    /** Checksums of what Pillow 12.3.0 makes of the same pattern. */
    @ParameterizedTest
    @CsvSource({
        "37, 23, 16, 16, NEAREST, 2310208132",
        "37, 23, 16, 16, BILINEAR, 1266417191",
        "37, 23, 16, 16, BICUBIC, 3668213359",
        "37, 23, 64, 48, NEAREST, 788872791",
        "37, 23, 64, 48, BILINEAR, 1429219588",
        "37, 23, 64, 48, BICUBIC, 1518506622",
        "200, 150, 31, 17, NEAREST, 929911547",
        "200, 150, 31, 17, BILINEAR, 1245128325",
        "200, 150, 31, 17, BICUBIC, 790778688",
        "20, 50, 20, 9, NEAREST, 1604203665",
        "20, 50, 20, 9, BILINEAR, 334738016",
        "20, 50, 20, 9, BICUBIC, 1269908827",
        "5, 3, 1, 1, BILINEAR, 1693784242"
    })
    void everyByteIsPillows(int width, int height, int toWidth, int toHeight, Resampling filter, long checksum) {
        CRC32 crc = new CRC32();
        crc.update(Resize.to(toWidth, toHeight)
                .with(filter)
                .apply(Images.pattern(width, height))
                .rgb());

        assertThat(crc.getValue()).isEqualTo(checksum);
    }

    @ParameterizedTest
    @CsvSource({
        "640, 480, 341, 256",
        "480, 640, 256, 341",
        "500, 335, 382, 256",
        "256, 256, 256, 256",
        "10, 1000, 256, 25600"
    })
    void theShorterSideHasTheLengthAndTheLongerIsRoundedDown(int width, int height, int toWidth, int toHeight) {
        Image image = Resize.shorterSideTo(256).with(Resampling.NEAREST).apply(Images.plain(width, height, 1, 2, 3));

        assertThat(image.width()).isEqualTo(toWidth);
        assertThat(image.height()).isEqualTo(toHeight);
        assertThat(image.at(toWidth - 1, toHeight - 1, 2)).isEqualTo(3);
    }

    @Test
    void sizesMustBePositive() {
        assertThatThrownBy(() -> Resize.to(0, 5)).hasMessageContaining("(0×5)");
    }
}
