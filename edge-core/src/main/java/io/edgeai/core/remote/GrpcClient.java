package io.edgeai.core.remote;

import io.edgeai.core.error.EdgeException;
import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.error.RemoteUnavailableException;
import io.edgeai.core.error.RuntimeUnavailableException;
import io.edgeai.core.model.Signature;
import io.edgeai.core.model.Tensor;
import io.edgeai.core.remote.wire.OpenInference.ModelInferRequest;
import io.edgeai.core.remote.wire.OpenInference.ModelMetadataRequest;
import io.grpc.CallOptions;
import io.grpc.ChannelCredentials;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.TlsChannelCredentials;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.MetadataUtils;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** One model over one gRPC channel. Thread-safe. */
final class GrpcClient implements RemoteModel {
    private static final long SILENCE_SECONDS = 30;

    private final RemoteSession.Builder settings;
    private final ManagedChannel channel;
    private final String where;

    GrpcClient(RemoteSession.Builder settings) {
        this.settings = settings;
        this.where = "Model (" + settings.model + ") at (" + settings.host + ":" + settings.port + ")";
        NettyChannelBuilder builder = NettyChannelBuilder.forAddress(
                        settings.host, settings.port, credentials(settings.tls))
                .maxInboundMessageSize(settings.maxMessageBytes)
                .keepAliveTime(SILENCE_SECONDS, TimeUnit.SECONDS)
                .directExecutor()
                .disableRetry();
        if (settings.serverName != null) {
            builder.overrideAuthority(settings.serverName);
        }
        if (settings.token != null) {
            Metadata bearing = new Metadata();
            bearing.put(AccessInterceptor.AUTHORIZATION, "Bearer " + settings.token);
            builder.intercept(MetadataUtils.newAttachHeadersInterceptor(bearing));
        }
        this.channel = builder.build();
    }

    private static ChannelCredentials credentials(@Nullable TlsFiles tls) {
        if (tls == null) {
            return InsecureChannelCredentials.create();
        }
        TlsChannelCredentials.Builder builder = TlsChannelCredentials.newBuilder();
        try {
            if (tls.certificates() != null && tls.key() != null) {
                builder.keyManager(tls.certificates().toFile(), tls.key().toFile());
            }
            if (tls.trusted() != null) {
                builder.trustManager(tls.trusted().toFile());
            }
        } catch (IOException e) {
            throw new RuntimeUnavailableException("TLS files (" + tls + ") cannot be read. Maybe correct a path.", e);
        }
        return builder.build();
    }

    @Override
    public Signature signature(Duration within) {
        ModelMetadataRequest request = ModelMetadataRequest.newBuilder()
                .setName(settings.model)
                .setVersion(settings.version)
                .build();
        try {
            return WireMessages.signature(ClientCalls.blockingUnaryCall(
                    channel,
                    InferenceMethods.MODEL_METADATA,
                    CallOptions.DEFAULT.withWaitForReady().withDeadlineAfter(within),
                    request));
        } catch (StatusRuntimeException e) {
            if (e.getStatus().getCode() == Status.Code.DEADLINE_EXCEEDED) {
                throw new RemoteUnavailableException(
                        where + " did not answer within (" + within + "). Maybe it is not running, or wants TLS.", e);
            }
            throw StatusErrors.error(e, where);
        }
    }

    @Override
    public Map<String, Tensor> infer(Map<String, Tensor> inputs, @Nullable Duration deadline) {
        ModelInferRequest request = WireMessages.request(settings.model, settings.version, inputs);
        if (request.getSerializedSize() > settings.maxMessageBytes) {
            throw new InvalidInputException("The request takes (" + request.getSerializedSize() + ") bytes, over the "
                    + settings.maxMessageBytes + " allowed. Maybe raise maxMessageBytes on both sides.");
        }
        CallOptions options = deadline == null ? CallOptions.DEFAULT : CallOptions.DEFAULT.withDeadlineAfter(deadline);
        try {
            return WireMessages.outputs(
                    ClientCalls.blockingUnaryCall(channel, InferenceMethods.MODEL_INFER, options, request));
        } catch (StatusRuntimeException e) {
            EdgeException error = StatusErrors.error(e, where);
            if (error instanceof RemoteUnavailableException) {
                channel.resetConnectBackoff();
            }
            throw error;
        }
    }

    @Override
    public void close() {
        channel.shutdownNow();
    }
}
