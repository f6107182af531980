package io.edgeai.core.remote;

import com.google.protobuf.ByteString;
import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.model.Dim;
import io.edgeai.core.model.Signature;
import io.edgeai.core.model.Tensor;
import io.edgeai.core.model.TensorSpec;
import io.edgeai.core.remote.wire.OpenInference.ModelInferRequest;
import io.edgeai.core.remote.wire.OpenInference.ModelInferResponse;
import io.edgeai.core.remote.wire.OpenInference.ModelMetadataResponse;
import io.edgeai.core.remote.wire.OpenInference.ModelMetadataResponse.TensorMetadata;
import io.edgeai.core.serving.protocol.ModelMetadata;
import io.edgeai.core.serving.protocol.Parameters;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The protocol's messages to and from named tensors and signatures. Stateless. */
final class WireMessages {
    private WireMessages() {}

    static ModelInferRequest request(String model, String version, Map<String, Tensor> inputs) {
        ModelInferRequest.Builder request =
                ModelInferRequest.newBuilder().setModelName(model).setModelVersion(version);
        inputs.forEach((name, tensor) -> {
            request.addInputs(ModelInferRequest.InferInputTensor.newBuilder()
                    .setName(name)
                    .setDatatype(Datatype.of(tensor.type()).name())
                    .addAllShape(dims(tensor)));
            request.addRawInputContents(WireTensors.raw(tensor));
        });
        return request.build();
    }

    /** @throws InvalidInputException where a tensor is not well formed or is there twice */
    static Map<String, Tensor> inputs(ModelInferRequest request) {
        Map<String, Tensor> inputs = new LinkedHashMap<>();
        int raw = rawCount(request.getRawInputContentsList(), request.getInputsCount());
        for (int i = 0; i < request.getInputsCount(); i++) {
            ModelInferRequest.InferInputTensor input = request.getInputs(i);
            String name = input.getName();
            Datatype datatype = Datatype.named(input.getDatatype());
            Tensor tensor = raw > 0
                    ? WireTensors.ofRaw(name, datatype, input.getShapeList(), request.getRawInputContents(i))
                    : TypedContents.read(name, datatype, input.getShapeList(), input.getContents());
            if (inputs.put(name, tensor) != null) {
                throw WireTensors.wrong(name, "it is there twice");
            }
        }
        return inputs;
    }

    /** The parameters of a request; one without a value is left out. */
    static Parameters parameters(ModelInferRequest request) {
        if (request.getParametersCount() == 0) {
            return Parameters.NONE;
        }
        Map<String, Object> values = new TreeMap<>();
        request.getParametersMap().forEach((name, parameter) -> {
            switch (parameter.getParameterChoiceCase()) {
                case BOOL_PARAM -> values.put(name, parameter.getBoolParam());
                case INT64_PARAM -> values.put(name, parameter.getInt64Param());
                case UINT64_PARAM -> values.put(name, parameter.getUint64Param());
                case STRING_PARAM -> values.put(name, parameter.getStringParam());
                case DOUBLE_PARAM -> values.put(name, parameter.getDoubleParam());
                case PARAMETERCHOICE_NOT_SET -> {}
            }
        });
        return new Parameters(values);
    }

    /** @throws InvalidInputException where an output is asked for that the model has not */
    static ModelInferResponse response(ModelInferRequest request, InferenceHost.Inferred inferred) {
        Map<String, Tensor> outputs = inferred.outputs();
        ModelInferResponse.Builder response = ModelInferResponse.newBuilder()
                .setModelName(request.getModelName())
                .setModelVersion(inferred.version())
                .setId(request.getId());
        List<String> asked = request.getOutputsList().stream()
                .map(ModelInferRequest.InferRequestedOutputTensor::getName)
                .toList();
        for (String name : asked.isEmpty() ? outputs.keySet() : asked) {
            Tensor tensor = outputs.get(name);
            if (tensor == null) {
                throw new InvalidInputException(
                        "The model has no output (" + name + "). Maybe one of " + outputs.keySet() + "?");
            }
            response.addOutputs(ModelInferResponse.InferOutputTensor.newBuilder()
                    .setName(name)
                    .setDatatype(Datatype.of(tensor.type()).name())
                    .addAllShape(dims(tensor)));
            response.addRawOutputContents(WireTensors.raw(tensor));
        }
        return response.build();
    }

    static Map<String, Tensor> outputs(ModelInferResponse response) {
        Map<String, Tensor> outputs = new LinkedHashMap<>();
        int raw = rawCount(response.getRawOutputContentsList(), response.getOutputsCount());
        for (int i = 0; i < response.getOutputsCount(); i++) {
            ModelInferResponse.InferOutputTensor output = response.getOutputs(i);
            Datatype datatype = Datatype.named(output.getDatatype());
            outputs.put(
                    output.getName(),
                    raw > 0
                            ? WireTensors.ofRaw(
                                    output.getName(), datatype, output.getShapeList(), response.getRawOutputContents(i))
                            : TypedContents.read(
                                    output.getName(), datatype, output.getShapeList(), output.getContents()));
        }
        return outputs;
    }

    private static int rawCount(List<ByteString> raw, int tensors) {
        if (!raw.isEmpty() && raw.size() != tensors) {
            throw new InvalidInputException("A message has (" + tensors + ") tensors but raw contents of (" + raw.size()
                    + "). Maybe its sender mixes raw and typed contents.");
        }
        return raw.size();
    }

    static ModelMetadataResponse metadata(ModelMetadata model) {
        ModelMetadataResponse.Builder metadata = ModelMetadataResponse.newBuilder()
                .setName(model.name())
                .setPlatform(model.platform())
                .addAllVersions(model.versions());
        model.signature().inputs().forEach(spec -> metadata.addInputs(metadata(spec)));
        model.signature().outputs().forEach(spec -> metadata.addOutputs(metadata(spec)));
        return metadata.build();
    }

    private static TensorMetadata metadata(TensorSpec spec) {
        return TensorMetadata.newBuilder()
                .setName(spec.name())
                .setDatatype(Datatype.of(spec.type()).name())
                .addAllShape(spec.shape().stream().map(Dim::size).toList())
                .build();
    }

    static Signature signature(ModelMetadataResponse metadata) {
        return new Signature(specs(metadata.getInputsList()), specs(metadata.getOutputsList()));
    }

    private static List<TensorSpec> specs(List<TensorMetadata> metadata) {
        List<TensorSpec> specs = new ArrayList<>();
        for (TensorMetadata each : metadata) {
            specs.add(new TensorSpec(
                    each.getName(),
                    Datatype.named(each.getDatatype()).type(),
                    each.getShapeList().stream().map(Dim::of).toList()));
        }
        return specs;
    }

    private static List<Long> dims(Tensor tensor) {
        List<Long> dims = new ArrayList<>();
        for (long dim : tensor.shape()) {
            dims.add(dim);
        }
        return dims;
    }
}
