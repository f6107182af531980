package io.edgeai.formats.pytorch;

import static org.assertj.core.api.Assertions.assertThat;

import io.edgeai.formats.golden.Formats;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.Test;

/** Files that PyTorch itself wrote. */
class RealStateDictsTest {
    /** The storage is the zip's own entry, read here without the reader under test. */
    @Test
    void whatCandleTestsWith() throws IOException {
        Path file = Formats.folder("pytorch").resolve("candle_test.pt");

        TorchFile torch = TorchFile.open(file);

        assertThat(torch.entries().keySet()).containsExactly("test");
        assertThat(torch.tensor("test").dims()).containsExactly(2, 4);
        try (ZipFile zip = new ZipFile(file.toFile())) {
            byte[] raw = zip.getInputStream(zip.getEntry("test/data/0")).readAllBytes();
            byte[] found = new byte[64];
            torch.tensor("test").data().get(0, found);
            assertThat(found).isEqualTo(raw);
        }
    }

    /** Two layers of an LSTM of 64 cells over single numbers, and a linear layer over 28 keys. */
    @Test
    void aLogModelsLstm() throws IOException {
        Path file = Formats.folder("pytorch").resolve("deeplog_state_dict.pt");

        TorchFile torch = TorchFile.open(file);

        assertThat(torch.entries())
                .hasSize(10)
                .hasEntrySatisfying(
                        "lstm.weight_hh_l0", tensor -> assertThat(tensor.dims()).isEqualTo(List.of(256L, 64L)))
                .hasEntrySatisfying(
                        "fc.weight", tensor -> assertThat(tensor.dims()).isEqualTo(List.of(28L, 64L)));
        try (ZipFile zip = new ZipFile(file.toFile())) {
            for (TorchTensor tensor : torch.entries().values()) {
                assertThat(zip.getEntry("averaged_model/data/" + tensor.storage())
                                .getSize())
                        .isEqualTo(4 * tensor.elements());
            }
        }
        for (String name : torch.entries().keySet()) {
            for (float value : torch.tensor(name).floats()) {
                assertThat(Math.abs(value)).as(name).isLessThan(100);
            }
        }
    }
}
