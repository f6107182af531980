package io.edgeai.core.processor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.edgeai.core.model.ElementType;
import io.edgeai.core.model.Tensor;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ImageTensorTest {
    private static final List<Image> TWO = List.of(Images.pattern(5, 4), Images.plain(5, 4, 10, 20, 30));

    @ParameterizedTest
    @CsvSource({"NCHW, false", "NCHW, true", "NHWC, false", "NHWC, true"})
    void everyValueIsWhereTheLayoutSays(ImageTensor.Layout layout, boolean blueFirst) {
        List<Double> mean = List.of(0.1, 0.2, 0.3);
        List<Double> std = List.of(0.5, 2.0, 4.0);
        Tensor tensor = ImageTensor.unit()
                .normalised(mean, std)
                .layout(layout)
                .blueFirst(blueFirst)
                .apply(TWO);
        boolean first = layout == ImageTensor.Layout.NCHW;
        assertThat(tensor.shape()).containsExactly(first ? new long[] {2, 3, 4, 5} : new long[] {2, 4, 5, 3});
        float[] values = tensor.floats();
        for (int image = 0; image < 2; image++) {
            for (int y = 0; y < 4; y++) {
                for (int x = 0; x < 5; x++) {
                    for (int c = 0; c < 3; c++) {
                        int at = first ? ((image * 3 + c) * 4 + y) * 5 + x : ((image * 4 + y) * 5 + x) * 3 + c;
                        int source = TWO.get(image).at(x, y, blueFirst ? 2 - c : c);
                        assertThat((double) values[at])
                                .isCloseTo((source / 255.0 - mean.get(c)) / std.get(c), within(1e-6));
                    }
                }
            }
        }
    }

    @Test
    void bytesStayBytes() {
        Image image = Images.pattern(5, 4);
        Tensor tensor = ImageTensor.imageNet()
                .type(ElementType.UINT8)
                .layout(ImageTensor.Layout.NHWC)
                .apply(List.of(image));
        assertThat(tensor.bytes()).isEqualTo(image.rgb());
    }

    @Test
    void knownNormalisationsHaveTheirPublishedConstants() {
        List<Image> white = List.of(Images.plain(1, 1, 255, 255, 255));
        assertThat(ImageTensor.imageNet().apply(white).floats())
                .usingComparatorWithPrecision(1e-5f)
                .containsExactly(2.2489083f, 2.4285715f, 2.64f);
        assertThat(ImageTensor.symmetric().apply(white).floats()).containsExactly(1, 1, 1);
        assertThat(ImageTensor.unit().apply(white).floats()).containsExactly(1, 1, 1);
    }

    @Test
    void whatMakesNoTensorIsNamed() {
        assertThatThrownBy(() -> ImageTensor.unit().apply(List.of())).hasMessageContaining("(0) images");
        assertThatThrownBy(() -> ImageTensor.unit().apply(List.of(Images.pattern(2, 2), Images.pattern(2, 3))))
                .hasMessageContaining("Image(2×2), Image(2×3)");
        assertThatThrownBy(() -> ImageTensor.unit().type(ElementType.DOUBLE)).hasMessageContaining("DOUBLE");
        assertThatThrownBy(() -> ImageTensor.unit().normalised(List.of(0.0), List.of(1.0)))
                .hasMessageContaining("mean [0.0]");
        assertThatThrownBy(() -> Image.ofRgb(2, 2, new byte[11])).hasMessageContaining("needs 12 bytes, not (11)");
    }
}
