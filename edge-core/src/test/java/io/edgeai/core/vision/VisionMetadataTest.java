package io.edgeai.core.vision;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.model.ElementType;
import io.edgeai.core.model.Signature;
import io.edgeai.core.model.TensorSpec;
import io.edgeai.core.processor.Activation;
import io.edgeai.core.processor.Framing;
import io.edgeai.core.processor.ImageTensor;
import io.edgeai.core.processor.Resampling;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class VisionMetadataTest {
    private static Signature taking(ElementType type, long... shape) {
        return new Signature(
                List.of(TensorSpec.of("x", type, shape)), List.of(TensorSpec.of("y", ElementType.FLOAT, -1, 2)));
    }

    private static final Signature NCHW = taking(ElementType.FLOAT, -1, 3, 224, 200);

    @Test
    void sizeLayoutAndTypeFollowFromTheInput() {
        VisionSettings first = VisionSettings.of(NCHW, Map.of());
        assertThat(first.framing()).isEqualTo(Framing.stretch(200, 224));
        assertThat(first.tensor()).isEqualTo(ImageTensor.unit());

        VisionSettings last = VisionSettings.of(taking(ElementType.UINT8, 1, 300, 310, 3), Map.of());
        assertThat(last.framing()).isEqualTo(Framing.stretch(310, 300));
        assertThat(last.tensor().layout()).isEqualTo(ImageTensor.Layout.NHWC);
        assertThat(last.tensor().type()).isEqualTo(ElementType.UINT8);
    }

    @Test
    void whatIsWrittenIsReadBack() {
        VisionSettings plain = VisionSettings.of(NCHW, Map.of());
        VisionSettings settings = plain.labels(List.of("a b", "c"))
                .framing(Framing.crop(256, 200, 224).with(Resampling.BICUBIC))
                .tensor(ImageTensor.imageNet().blueFirst(true))
                .activation(Activation.SIGMOID)
                .head(YoloHead.withObjectness())
                .suppression(plain.suppression().iou(0.6).score(0.01))
                .scores(new OutputScale(1 / 256.0, -128));

        VisionSettings back = VisionSettings.of(NCHW, VisionMetadata.of(settings));
        assertThat(back.decoder()).isNotNull();
        assertThat(back.decoder(settings.decoder())).isEqualTo(settings);
        for (DetectionHead head : List.of(YoloHead.withoutObjectness(), FastestDetHead.ofDefaults())) {
            assertThat(VisionSettings.of(NCHW, VisionMetadata.of(plain.head(head)))
                            .head())
                    .isEqualTo(head);
        }
        VisionSettings letterboxed = plain.framing(Framing.letterbox(200, 224));
        assertThat(VisionSettings.of(NCHW, VisionMetadata.of(letterboxed)).framing())
                .isEqualTo(letterboxed.framing());
    }

    @ParameterizedTest
    @CsvSource({
        "fit, cut",
        "resampling, lanczos",
        "scale, 1/255",
        "scale, '1,2'",
        "mean, '1,,3'",
        "channels, gbr",
        "activation, relu",
        "head, ssd",
        "score, high",
        "output_scale, a lot"
    })
    void anEntryThatIsNotWellFormedIsNamed(String key, String value) {
        assertThatThrownBy(() -> VisionSettings.of(NCHW, Map.of("vision." + key, value)))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("(vision." + key + " = " + value + ")")
                .hasMessageContaining("Maybe ");
    }

    @Test
    void aScaleMustBeAboveZero() {
        for (double scale : new double[] {0, -1, Double.NaN, Double.POSITIVE_INFINITY}) {
            assertThatThrownBy(() -> new OutputScale(scale, 0)).isInstanceOf(InvalidInputException.class);
        }
        assertThatThrownBy(() -> new OutputScale(1, 256)).isInstanceOf(InvalidInputException.class);
    }

    @Test
    void inputsThatAreNoImageAreNamed() {
        for (Signature signature : List.of(
                taking(ElementType.FLOAT, -1, 10),
                taking(ElementType.FLOAT, 1, 3, -1, -1),
                taking(ElementType.FLOAT, 1, 1, 28, 28),
                new Signature(List.of(), List.of()))) {
            assertThatThrownBy(() -> VisionSettings.of(signature, Map.of()))
                    .hasMessageContaining(signature.inputs().toString());
        }
    }
}
