package io.edgeai.core.serving.protocol;

import static io.edgeai.core.serving.protocol.Requests.input;
import static io.edgeai.core.serving.protocol.Requests.read;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgeai.core.error.InvalidInputException;
import java.util.Random;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What breaks the protocol is refused with a message that says where. */
class MalformedRequestTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "~~ | must be a JSON object",
                "[] | (START_ARRAY) must be a JSON object",
                "{ | line 1, column",
                "{} | has no inputs",
                "{'inputs':[]} | has no inputs",
                "{'inputs':{}} | inputs (START_OBJECT) must be a JSON array",
                "{'inputs':[3]} | An input (VALUE_NUMBER_INT) must be a JSON object",
                "{'id':7} | id (VALUE_NUMBER_INT) must be a JSON string",
                "{'id':'\\ud800'} | half a surrogate pair",
                "{'parameters':[]} | must be a JSON object",
                "{'parameters':{'a':{}}} | (a) must be a string, a number or a boolean",
                "{'parameters':{'a':1,'a':2}} | (a) is given twice",
                "{'parameters':{'a':99999999999999999999}} | beyond 64 bits",
                "{'outputs':[{}],'inputs':[]} | requested output has no name",
                "{'inputs':[{'shape':[1],'datatype':'FP32','data':[1]}]} | An input has no name",
                "{'inputs':[{'name':'x','datatype':'FP32','data':[1]}]} | Input (x) has no shape",
                "{'inputs':[{'name':'x','shape':[1],'data':[1]}]} | Input (x) has no datatype",
                "{'inputs':[{'name':'x','shape':[1],'datatype':'FP32'}]} | Input (x) has no data",
                "{'inputs':[{'name':'x','name':'y'}]} | has (name) twice",
            })
    void requests(String json, String message) {
        assertThatThrownBy(() -> read(json))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining(message);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "'shape':[1],'datatype':'FP8','data':[1] | datatype (FP8)",
                "'shape':[1],'datatype':'fp32','data':[1] | datatype (fp32)",
                "'shape':[-1],'datatype':'FP32','data':[1] | Dimension (-1)",
                "'shape':[1.5],'datatype':'FP32','data':[1] | Dimension (1.5)",
                "'shape':1,'datatype':'FP32','data':[1] | Shape (VALUE_NUMBER_INT)",
                "'shape':[1],'datatype':'FP32','data':1 | is no JSON array",
                "'data':1,'shape':[1],'datatype':'FP32' | must be a JSON array",
                "'shape':[1],'datatype':'FP32','data':[1],'data':[2] | has (data) twice",
                "'shape':[3],'datatype':'FP32','data':[1,2] | only (2) elements",
                "'shape':[1],'datatype':'FP32','data':[1,2] | more than (1) elements",
                "'shape':[2,2],'datatype':'FP32','data':[[1,2],[3]] | only (3) elements",
                "'shape':[2,2],'datatype':'FP32','data':[[1,2],[3,4],[5,6]] | more than (2) entries in dimension 0",
                "'shape':[2,2],'datatype':'FP32','data':[[1,2],3,4] | where dimension 1 should begin",
                "'shape':[2,2],'datatype':'FP32','data':[1,[2,3],4] | Element 1 of input (x) is (a bracket or brace)",
                "'shape':[2],'datatype':'FP32','data':[1,'2'] | Element 1 of input (x) is (2), which is no FP32",
                "'shape':[1],'datatype':'FP32','data':[null] | is (null), which is no FP32",
                "'shape':[1],'datatype':'FP32','data':[1e39] | (1e39), which is no FP32",
                "'shape':[1],'datatype':'FP64','data':[1e999] | (1e999), which is no FP64",
                "'shape':[1],'datatype':'FP16','data':[65520] | (65520), which is no FP16",
                "'shape':[1],'datatype':'BF16','data':[-3.4e38] | (-3.4e38), which is no BF16",
                "'shape':[1],'datatype':'INT32','data':[1.0] | (1.0), which is no INT32",
                "'shape':[1],'datatype':'INT8','data':[128] | (128), which is no INT8",
                "'shape':[1],'datatype':'UINT8','data':[-1] | (-1), which is no UINT8",
                "'shape':[1],'datatype':'UINT32','data':[4294967296] | which is no UINT32",
                "'shape':[1],'datatype':'INT64','data':[9223372036854775808] | which is no INT64",
                "'shape':[1],'datatype':'UINT64','data':[18446744073709551616] | which is no UINT64",
                "'shape':[1],'datatype':'UINT64','data':[-1] | which is no UINT64",
                "'shape':[1],'datatype':'BOOL','data':[2] | (2), which is no BOOL",
                "'shape':[1],'datatype':'BYTES','data':[7] | (7), which is no BYTES",
                "'shape':[1],'datatype':'BYTES','data':['\\udc00'] | half a surrogate pair",
                "'shape':[1],'datatype':'FP32','data':[1],'parameters':{'binary_data_size':4} | has both data and",
                "'shape':[1],'datatype':'FP32','data':[01] | line 1, column"
            })
    void inputs(String members, String message) {
        assertThatThrownBy(() -> read(input(members)))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining(message);
    }

    @Test
    void bytesOfARequestChangedAtRandomAreReadOrRefusedButNothingElse() {
        byte[] good =
                Requests.utf8("{'id':'1','inputs':[{'name':'x','data':[[1,2],[3,4]],'shape':[2,2],'datatype':'FP32'},"
                        + "{'name':'y','shape':[1],'datatype':'BYTES','data':['ü']}],'outputs':[{'name':'z'}]}");
        long first = new SplittableRandom().nextLong();
        int refused = 0;
        for (long seed = first; seed < first + 3000; seed++) {
            Random random = new Random(seed);
            byte[] changed = good.clone();
            for (int i = 0; i <= random.nextInt(3); i++) {
                changed[random.nextInt(changed.length)] = (byte) random.nextInt(256);
            }
            try {
                assertThat(InferRequestReader.ofDefaults().read(changed).inputs())
                        .isNotEmpty();
            } catch (InvalidInputException e) {
                refused++;
            } catch (RuntimeException e) {
                throw new AssertionError("seed " + seed, e);
            }
        }
        assertThat(refused).as("first seed %d", first).isPositive();
    }
}
