package io.edgeai.core.remote;

import io.edgeai.core.error.LifecycleException;
import io.edgeai.core.error.OverloadedException;
import io.edgeai.core.remote.wire.OpenInference.ModelInferRequest;
import io.edgeai.core.remote.wire.OpenInference.ModelInferResponse;
import io.edgeai.core.remote.wire.OpenInference.ModelReadyResponse;
import io.edgeai.core.remote.wire.OpenInference.ServerLiveResponse;
import io.edgeai.core.remote.wire.OpenInference.ServerMetadataResponse;
import io.edgeai.core.remote.wire.OpenInference.ServerReadyResponse;
import io.grpc.Context;
import io.grpc.Deadline;
import io.grpc.ServerCallHandler;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.ServerCalls;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The protocol's service over a host. What costs nothing is answered on gRPC's own threads, inference on the executor, in
 * places whose want is overload: a place is free as soon as its answer is known. Thread-safe.
 */
final class InferenceService {
    private final String name;
    private final InferenceHost host;
    private final Executor executor;
    private final Semaphore places;

    /** @param executor takes whatever there is a place for, until it is shut down */
    InferenceService(String name, InferenceHost host, Executor executor, int places) {
        this.name = name;
        this.host = host;
        this.executor = executor;
        this.places = new Semaphore(places);
    }

    ServerServiceDefinition definition() {
        return ServerServiceDefinition.builder(InferenceMethods.SERVICE)
                .addMethod(Received.by(InferenceMethods.SERVER_LIVE), atOnce(request -> ServerLiveResponse.newBuilder()
                        .setLive(true)
                        .build()))
                .addMethod(
                        Received.by(InferenceMethods.SERVER_READY), atOnce(request -> ServerReadyResponse.newBuilder()
                                .setReady(host.ready())
                                .build()))
                .addMethod(Received.by(InferenceMethods.MODEL_READY), atOnce(request -> ModelReadyResponse.newBuilder()
                        .setReady(host.ready(request.getName(), request.getVersion()))
                        .build()))
                .addMethod(
                        Received.by(InferenceMethods.SERVER_METADATA),
                        atOnce(request -> ServerMetadataResponse.newBuilder()
                                .setName(name)
                                .setVersion(host.version())
                                .build()))
                .addMethod(
                        Received.by(InferenceMethods.MODEL_METADATA),
                        atOnce(request ->
                                WireMessages.metadata(host.metadata(request.getName(), request.getVersion()))))
                .addMethod(Received.by(InferenceMethods.MODEL_INFER), ServerCalls.asyncUnaryCall(this::infer))
                .build();
    }

    private static <Q, A> ServerCallHandler<Received<Q>, A> atOnce(Function<Q, A> answer) {
        return ServerCalls.asyncUnaryCall(
                (request, observer) -> answer(observer, () -> answer.apply(request.message())));
    }

    private void infer(Received<ModelInferRequest> request, StreamObserver<ModelInferResponse> observer) {
        Context caller = Context.current();
        if (observer instanceof ServerCallStreamObserver<ModelInferResponse> call) {
            call.setOnCancelHandler(() -> {}); // an answer that nobody waits for any more is dropped, not an error
        }
        if (!places.tryAcquire()) {
            fail(
                    observer,
                    OverloadedException.refusal(
                            () -> "All threads are busy and the queue is full. Maybe try again later."));
            return;
        }
        try {
            executor.execute(() -> {
                if (caller.isCancelled()) {
                    places.release();
                } else {
                    answer(observer, () -> infer(request.message(), caller.getDeadline()));
                }
            });
        } catch (RejectedExecutionException e) {
            places.release();
            fail(observer, new LifecycleException("The server is closing. Maybe ask another one.", e));
        }
    }

    private ModelInferResponse infer(ModelInferRequest request, @Nullable Deadline deadline) {
        try {
            return WireMessages.response(
                    request,
                    host.infer(
                            request.getId(),
                            request.getModelName(),
                            request.getModelVersion(),
                            WireMessages.inputs(request),
                            WireMessages.parameters(request),
                            remaining(deadline)));
        } finally {
            places.release();
        }
    }

    private static @Nullable Duration remaining(@Nullable Deadline deadline) {
        if (deadline == null) {
            return null;
        }
        long nanos = deadline.timeRemaining(TimeUnit.NANOSECONDS);
        if (nanos <= 0) {
            throw Status.DEADLINE_EXCEEDED
                    .withDescription("The deadline passed while the request waited")
                    .asRuntimeException();
        }
        return Duration.ofNanos(nanos);
    }

    private interface Answer<A> {
        A get();
    }

    private static <A> void answer(StreamObserver<A> observer, Answer<A> answer) {
        A value;
        try {
            value = answer.get();
        } catch (RuntimeException | Error e) {
            fail(observer, e);
            return;
        }
        observer.onNext(value);
        observer.onCompleted();
    }

    private static void fail(StreamObserver<?> observer, Throwable failure) {
        observer.onError(StatusErrors.status(failure).asRuntimeException());
    }
}
