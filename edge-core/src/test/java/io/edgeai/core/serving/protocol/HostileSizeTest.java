package io.edgeai.core.serving.protocol;

import static io.edgeai.core.serving.protocol.Requests.input;
import static io.edgeai.core.serving.protocol.Requests.read;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgeai.core.error.InvalidInputException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Small requests that claim to be large cost nothing. */
class HostileSizeTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "[2000000000] | (2000000000) than its text has room for",
                "[4294967296,4294967296] | more than 2^63-1 elements",
                "[9223372036854775807,3] | more than 2^63-1 elements",
                "[0,9223372036854775807] | more than (0) elements",
                "[18446744073709551615] | from 0 to 2^63-1",
                "[1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1] | more than (32) dimensions"
            })
    void aShapeAllocatesNothing(String shape, String message) {
        assertThatThrownBy(() -> read(input("'shape':" + shape + ",'datatype':'FP64','data':[1]")))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining(message);
    }

    @Test
    void aTextThatIsFullOfElementsIsRead() {
        assertThat(read("{'inputs':[{'shape':[4],'datatype':'INT8','data':[1,2,3,4],'name':''}]}")
                        .inputs())
                .containsOnlyKeys("");
    }

    @Test
    void nestingIsBounded() {
        String deep = "[".repeat(2000) + "]".repeat(2000);

        assertThatThrownBy(() -> read(input("'shape':[1],'datatype':'FP32','data':" + deep)))
                .isInstanceOf(InvalidInputException.class);
        assertThatThrownBy(() -> read("{'unknown':" + deep + "}"))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("nesting depth");
    }

    @Test
    void countsAndTextsAreBoundedByTheLimits() {
        InferRequestReader small = new InferRequestReader(new ProtocolLimits(1, 2, 8, 1));
        String one = "{'name':'x','shape':[1],'datatype':'INT8','data':[1]}";

        assertThat(small.read(Requests.utf8("{'inputs':[" + one + "]}")).inputs())
                .hasSize(1);
        assertThatThrownBy(() -> small.read(Requests.utf8("{'inputs':[" + one + "," + one + "]}")))
                .hasMessageContaining("more than (1) inputs");
        assertThatThrownBy(() -> small.read(Requests.utf8("{'outputs':[{'name':'a'},{'name':'b'}]}")))
                .hasMessageContaining("more than (1) outputs");
        assertThatThrownBy(() -> small.read(Requests.utf8("{'parameters':{'a':1,'b':2}}")))
                .hasMessageContaining("more than (1) parameters");
        assertThatThrownBy(() -> small.read(Requests.utf8("{'id':'" + "n".repeat(100_000) + "'}")))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("exceeds the maximum allowed (8");
    }

    @Test
    void limitsBelowOneAreRefused() {
        assertThatThrownBy(() -> new ProtocolLimits(1, 0, 1, 1))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("rank 0");
    }

    @Test
    void aLengthOfTheJsonBeyondTheBodyIsRefused() {
        assertThatThrownBy(() -> InferRequestReader.ofDefaults().read(new byte[3], 4))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("(4)");
    }
}
