package io.edgeai.formats.safetensors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.error.ModelFormatException;
import io.edgeai.core.error.UnsupportedOperatorException;
import io.edgeai.core.model.ElementType;
import io.edgeai.core.onnx.OnnxFloats;
import io.edgeai.core.onnx.OnnxTensor;
import io.edgeai.formats.golden.Formats;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** What a file says and holds, and each way in which a header can lie. */
class SafetensorsFileTest {
    @TempDir
    Path folder;

    private Path file(byte[] bytes) throws IOException {
        return Files.write(folder.resolve("w.safetensors"), bytes);
    }

    private static byte[] littleEndian(long bits, int bytes) {
        byte[] all = ByteBuffer.allocate(8)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(bits)
                .array();
        return java.util.Arrays.copyOf(all, bytes);
    }

    /** 1.5 in every real type; the bits are those of IEEE 754, bfloat16 and OCP's 8-bit floats. */
    @ParameterizedTest
    @CsvSource({"F64,3FF8000000000000,8", "F32,3FC00000,4", "F16,3E00,2", "BF16,3FC0,2", "F8_E4M3,3C,1", "F8_E5M2,3E,1"
    })
    void realTypesMeanTheirNumbers(String type, String bits, int bytes) {
        byte[] one = littleEndian(Long.parseUnsignedLong(bits, 16), bytes);
        Path saved = new TensorFile().tensor("x", type, one, 1, 1).save(folder.resolve("w"));

        OnnxTensor tensor = SafetensorsFile.open(saved).tensor("x");

        assertThat(OnnxFloats.floats(tensor)).containsExactly(1.5f);
        assertThat(tensor.dims()).containsExactly(1, 1);
    }

    @ParameterizedTest
    @CsvSource({
        "I64,INT64,8",
        "I32,INT32,4",
        "I16,INT16,2",
        "I8,INT8,1",
        "U64,UINT64,8",
        "U32,UINT32,4",
        "U16,UINT16,2",
        "U8,UINT8,1",
        "BOOL,BOOL,1"
    })
    void integersKeepTheirType(String type, ElementType element, int bytes) {
        Path saved = new TensorFile().tensor("x", type, littleEndian(1, bytes)).save(folder.resolve("w"));

        OnnxTensor tensor = SafetensorsFile.open(saved).tensor("x");

        assertThat(tensor.type()).isEqualTo(element);
        assertThat(OnnxFloats.doubles(tensor)).containsExactly(1);
        assertThat(tensor.rank()).isZero();
    }

    @ParameterizedTest
    @EnumSource(SafetensorsType.class)
    void typesNoGraphHoldsAreNamed(SafetensorsType type) {
        Path saved = new TensorFile()
                .tensor("x", type.name(), new byte[type.bits()], 8)
                .save(folder.resolve("w"));

        SafetensorsFile file = SafetensorsFile.open(saved);

        assertThat(file.entries().get("x").bytes()).isEqualTo(type.bits());
        if (type.element() == null) {
            assertThatThrownBy(() -> file.tensor("x"))
                    .isInstanceOf(UnsupportedOperatorException.class)
                    .hasMessageContaining(type.name());
        }
    }

    @Test
    void tensorsStandInAnyOrderAndMayBeEmpty() {
        Path saved = new TensorFile()
                .raw("__metadata__", "{\"format\":\"pt\"}")
                .floats("a", new float[] {1, 2}, 2)
                .floats("none", new float[0], 3, 0)
                .floats("b", new float[] {3, 4, 5, 6}, 2, 2)
                .save(folder.resolve("w"));

        SafetensorsFile file = SafetensorsFile.open(saved);

        assertThat(file.metadata()).containsExactly(java.util.Map.entry("format", "pt"));
        assertThat(file.entries().keySet()).containsExactly("a", "none", "b");
        assertThat(file.tensor("b").floats()).containsExactly(3, 4, 5, 6);
        assertThat(file.tensor("none").elements()).isZero();
        assertThatThrownBy(() -> file.tensor("c"))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("(c)");
    }

    /** Headers over eight bytes of data, and what is wrong with each. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{'a':{'dtype':'F32','shape':[3],'data_offsets':[0,8]}}|does not fill its bytes",
                "{'a':{'dtype':'F32','shape':[2],'data_offsets':[8,0]}}|does not fill its bytes",
                "{'a':{'dtype':'F32','shape':[-2],'data_offsets':[0,8]}}|negative number",
                "{'a':{'dtype':'F32','shape':[1],'data_offsets':[0,4]}}|end at byte 4 of 8",
                "{'a':{'dtype':'F32','shape':[3],'data_offsets':[0,12]}}|end at byte 12 of 8",
                "{'a':{'dtype':'F32','shape':[1],'data_offsets':[4,8]}}|behind a gap",
                "{'a':{'dtype':'F32','shape':[2],'data_offsets':[0,8]},'b':{'dtype':'I8','shape':[4],'data_offsets':[4,8]}}|within another",
                "{'a':{'dtype':'F32','shape':[1],'data_offsets':[0,4]},'a':{'dtype':'F32','shape':[1],'data_offsets':[4,8]}}|described twice",
                "{'a':{'dtype':'F31','shape':[2],'data_offsets':[0,8]}}|type F31 of no known kind",
                "{'a':{'dtype':'F32','dtype':'F32','shape':[2],'data_offsets':[0,8]}}|twice",
                "{'a':{'shape':[2],'data_offsets':[0,8]}}|lacks its dtype",
                "{'a':{'dtype':'F32','shape':[2],'data_offsets':[0]}}|two data_offsets",
                "{'a':{'dtype':'F32','shape':[2],'data_offsets':[0,8],'more':1}}|unknown property (more)",
                "{'a':{'dtype':'F32','shape':[2.0],'data_offsets':[0,8]}}|where END_ARRAY belongs",
                "{'a':{'dtype':'F32','shape':[4611686018427387904,4],'data_offsets':[0,8]}}|overflow",
                "{'a':{'dtype':'F4','shape':[3],'data_offsets':[0,8]}}|does not fill its bytes",
                "{'__metadata__':{'n':1},'a':{'dtype':'F32','shape':[2],'data_offsets':[0,8]}}|metadata n has",
                "{'a':[]}|a has START_ARRAY",
                "[]|the header has START_ARRAY",
                "{'a':{'dtype':'F32','shape':[2],'data_offsets':[0,8]}}{}|something follows",
                "{'a':{'dtype':'F32','shape':[2],'data_off|damaged header"
            })
    void headersThatLieAreRefused(String header, String reason) throws IOException {
        Path saved = file(TensorFile.framed(header.replace('\'', '"'), new byte[8]));

        assertThatThrownBy(() -> SafetensorsFile.open(saved))
                .isInstanceOf(ModelFormatException.class)
                .hasMessageContaining(reason)
                .hasMessageContaining("w.safetensors")
                .hasMessageContaining("Maybe");
    }

    /** A length is believed only as far as the file reaches, before anything is allocated for it. */
    @ParameterizedTest
    @CsvSource({"-1,not 2 to 100 MB", "1,not 2 to 100 MB", "100000001,not 2 to 100 MB", "99999999,cut off"})
    void lengthsAreBounded(long length, String reason) throws IOException {
        byte[] bytes = ByteBuffer.allocate(30)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(length)
                .array();
        Path saved = file(bytes);

        assertThatThrownBy(() -> SafetensorsFile.open(saved))
                .isInstanceOf(ModelFormatException.class)
                .hasMessageContaining(reason);
    }

    @Test
    void filesThatAreNoneAreNamed() throws IOException {
        Path small = file(new byte[5]);

        assertThatThrownBy(() -> SafetensorsFile.open(small)).hasMessageContaining("only 5 bytes");
        assertThatThrownBy(() -> SafetensorsFile.open(folder.resolve("absent")))
                .isInstanceOf(ModelFormatException.class)
                .hasMessageContaining("absent")
                .hasMessageContaining("Maybe");
    }

    @Test
    void filesOfOthersAreRead() throws IOException {
        Path formats = Formats.folder("huggingface");
        List<Path> files;
        try (Stream<Path> walk = Files.walk(formats)) {
            files = walk.filter(f -> f.toString().endsWith(".safetensors")).toList();
        }
        long tensors = 0;
        for (Path each : files) {
            SafetensorsFile file = SafetensorsFile.open(each);
            for (String name : file.entries().keySet()) {
                assertThat(file.tensor(name).dims())
                        .isEqualTo(file.entries().get(name).shape());
                tensors++;
            }
        }
        assertThat(files).hasSizeGreaterThanOrEqualTo(6);
        assertThat(tensors).isGreaterThanOrEqualTo(138);
    }
}
