// A step on another thread. Included by addon.cc alone.
#ifndef LANESTEP_FLIGHT_H_
#define LANESTEP_FLIGHT_H_

#include <napi.h>

#include "bound.h"

namespace lanestep {

// A step on a thread of Node's pool. Node waits for it before it takes down a worker or the process.
struct Flight {
  Bound& bound;
  unsigned threads;
  bool wakes;
  napi_async_work work = nullptr;
  napi_ref plan = nullptr, held = nullptr;  // what must not be collected meanwhile
  napi_ref done = nullptr;                  // who is told
};

// Lets go of what a flight holds. Where JavaScript can no longer run, this fails, and the environment frees
// it.
inline void land(napi_env env, Flight* flight) {
  flight->bound.flying = false;
  if (flight->plan != nullptr) (void)napi_delete_reference(env, flight->plan);
  if (flight->held != nullptr) (void)napi_delete_reference(env, flight->held);
  if (flight->done != nullptr) (void)napi_delete_reference(env, flight->done);
  if (flight->work != nullptr) (void)napi_delete_async_work(env, flight->work);
  delete flight;
}

inline void fly(napi_env, void* data) {
  Flight& flight = *static_cast<Flight*>(data);
  flight.bound.plan.step(flight.threads, flight.wakes);
}

// A worker that is being terminated runs no JavaScript any more: then nobody is told. (A promise of
// Node-API's could not even be freed then.)
inline void arrive(napi_env env, napi_status status, void* data) {
  Flight* flight = static_cast<Flight*>(data);
  napi_value done, nothing, happened;
  const bool told = napi_get_reference_value(env, flight->done, &done) == napi_ok && done != nullptr &&
                    napi_get_undefined(env, &nothing) == napi_ok &&
                    napi_get_boolean(env, status == napi_ok, &happened) == napi_ok;
  land(env, flight);
  if (told) (void)napi_call_function(env, nothing, done, 1, &happened, nullptr);
}

}  // namespace lanestep

#endif  // LANESTEP_FLIGHT_H_
