package io.edgeai.core.serving.protocol;

import static io.edgeai.core.serving.protocol.Requests.input;
import static io.edgeai.core.serving.protocol.Requests.read;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.model.ElementType;
import io.edgeai.core.model.Tensor;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class InferRequestReaderTest {
    /** The specification's example; it prints one element for three booleans, which are written out here. */
    @Test
    void readsTheExampleOfTheSpecification() {
        InferRequest request = read(
                """
                {
                  "id" : "42",
                  "inputs" : [
                    { "name" : "input0", "shape" : [ 2, 2 ], "datatype" : "UINT32", "data" : [ 1, 2, 3, 4 ] },
                    { "name" : "input1", "shape" : [ 3 ], "datatype" : "BOOL", "data" : [ true, false, true ] }
                  ],
                  "outputs" : [ { "name" : "output0" } ]
                }""");

        assertThat(request.id()).contains("42");
        assertThat(request.inputs()).containsOnlyKeys("input0", "input1");
        Tensor numbers = request.inputs().get("input0");
        assertThat(numbers.type()).isEqualTo(ElementType.UINT32);
        assertThat(numbers.shape()).containsExactly(2, 2);
        assertThat(numbers.buffer().getInt(12)).isEqualTo(4);
        assertThat(request.inputs().get("input1").bytes()).containsExactly(1, 0, 1);
        assertThat(request.outputs()).containsExactly(new RequestedOutput("output0", false, 0));
    }

    @Test
    void membersItDoesNotKnowAndNullsAreSkipped() {
        InferRequest request = read(
                """
                {"model_name":"m","extra":{"deep":[1,{"er":null}]},"id":null,"parameters":null,"outputs":null,
                 "inputs":[{"name":"x","shape":[1],"datatype":"INT8","parameters":null,"note":[],"data":[-5]}]}""");

        assertThat(request.id()).isEmpty();
        assertThat(request.outputs()).isEmpty();
        assertThat(request.inputs().get("x").bytes()).containsExactly(-5);
    }

    @Test
    void parametersKeepTheirTypes() {
        InferRequest request = read("{'parameters':{'a':'text','b':7,'c':1.5,'d':true},"
                + "'inputs':[{'name':'x','shape':[0],'datatype':'FP32','data':[]}]}");

        assertThat(request.parameters().values())
                .containsEntry("a", "text")
                .containsEntry("b", 7L)
                .containsEntry("c", 1.5)
                .containsEntry("d", true);
        assertThatThrownBy(() -> request.parameters().flag("a", false))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("(a) is (text)");
    }

    @Test
    void oneOutputMayOverrideWhatHoldsForAllWhereverThatIsSaid() {
        InferRequest request = read("{'outputs':[{'name':'a'},{'name':'b','parameters':{'binary_data':false}},"
                + "{'name':'c','parameters':{'classification':3}}],"
                + "'inputs':[{'name':'x','shape':[1],'datatype':'FP32','data':[1]}],"
                + "'parameters':{'binary_data_output':true}}");

        assertThat(request.outputs())
                .containsExactly(
                        new RequestedOutput("a", true, 0),
                        new RequestedOutput("b", false, 0),
                        new RequestedOutput("c", true, 3));
    }

    @Test
    void textsMayHoldAnyUnicode() {
        InferRequest request = read(input("'shape':[3],'datatype':'BYTES','data':['','Grüße\\n','\\ud83d\\ude80']"));

        assertThat(request.inputs().get("x").strings()).containsExactly("", "Grüße\n", "🚀");
    }

    @Test
    void booleansMayBeZeroAndOne() {
        assertThat(read(input("'shape':[4],'datatype':'BOOL','data':[0,1,true,false]"))
                        .inputs()
                        .get("x")
                        .bytes())
                .containsExactly(0, 1, 1, 0);
    }

    @ParameterizedTest
    @CsvSource({
        "'\"NaN\"', NaN",
        "NaN, NaN",
        "'\"Infinity\"', Infinity",
        "-Infinity, -Infinity",
        "'\"-Infinity\"', -Infinity"
    })
    void numbersThatAreNotFiniteAreReadAsTextsOrBare(String json, float expected) {
        String request = "{\"inputs\":[{\"name\":\"x\",\"shape\":[1],\"datatype\":\"FP32\",\"data\":[" + json + "]}]}";

        Tensor read = InferRequestReader.ofDefaults()
                .read(request.getBytes(StandardCharsets.UTF_8))
                .inputs()
                .get("x");

        assertThat(read.floats()).containsExactly(expected);
    }

    @Test
    void aByteOrderMarkIsSkippedWhereverTheDataLies() {
        for (String members :
                new String[] {"'shape':[1],'datatype':'INT8','data':[7]", "'data':[7],'shape':[1],'datatype':'INT8'"}) {
            assertThat(read("\ufeff" + input(members)).inputs().get("x").bytes())
                    .containsExactly(7);
        }
    }

    @Test
    void dataBeforeItsShapeMustBeUtf8() {
        String early = input("'data':[7],'shape':[1],'datatype':'INT8'").replace('\'', '"');

        assertThatThrownBy(() -> InferRequestReader.ofDefaults().read(early.getBytes(StandardCharsets.UTF_16BE)))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("UTF-8");
    }

    /** Boxes would be 16 bytes a number; heap memory counts here, not the tensor's own. */
    @Test
    void aMillionNumbersAreNotBoxed() {
        int count = 1_000_000;
        byte[] request = Requests.utf8(
                input("'shape':[" + count + "],'datatype':'FP32','data':[0.5" + ",0.25".repeat(count - 1) + "]"));
        InferRequestReader reader = InferRequestReader.ofDefaults();
        reader.read(request);
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();

        long before = threads.getCurrentThreadAllocatedBytes();
        Tensor read = reader.read(request).inputs().get("x");
        long allocated = threads.getCurrentThreadAllocatedBytes() - before;

        assertThat(read.buffer().getFloat(4 * (count - 1))).isEqualTo(0.25f);
        assertThat(allocated).isLessThan(4L * count);
    }
}
