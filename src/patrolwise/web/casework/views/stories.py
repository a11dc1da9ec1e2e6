"""The pages of case studies: written, released by a second person, given, and taken back."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from patrolwise.web.accounts.needs import needs, person_of
from patrolwise.web.accounts.roles import Permission
from patrolwise.web.casework import clock, story_queries
from patrolwise.web.casework.actions import stories as actions
from patrolwise.web.casework.actions import told_stories
from patrolwise.web.casework.forms import is_done
from patrolwise.web.casework.models import Story, StoryReceiver
from patrolwise.web.casework.queries import name_people
from patrolwise.web.casework.reach import find_case, reach_cases
from patrolwise.web.casework.story_check import check_story
from patrolwise.web.casework.story_forms import ReceiverForm, StoryForm, WhyForm, name_reason
from patrolwise.web.casework.views.cases import write_now

_A_PAGE = 30
_LEFT = "somebody who left"


@needs(Permission.BUILD_STORIES)
@never_cache
def stories(request: HttpRequest) -> HttpResponse:
    """List the stories of cases within reach."""
    rows = story_queries.list_stories(person_of(request), clock.now())
    page = Paginator(rows, _A_PAGE).get_page(request.GET.get("page"))
    return render(request, "casework/stories.html", {"page": page})


@needs(Permission.BUILD_STORIES)
@never_cache
def story_new(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """Begin a story of somebody who agreed that it is told."""
    writing = write_now(request)
    case = find_case(writing.by, case_id, writing.now)
    consent = actions.find_story_consent(case, writing.now.date())
    if consent is None:
        return render(request, "casework/story_new.html", {"case": case})
    form = StoryForm(request.POST or None, allowed=consent.fields)
    made: list[Story] = []
    if request.method == "POST" and form.is_valid():
        new = actions.NewStory(title=form.cleaned_data["title"], parts=form.parts, kept={})

        def act() -> None:
            made.append(actions.write_story(writing=writing, case=case, new=new))

        if is_done(form, act):
            messages.success(request, "Kept as a draft. Look through what was found in it.")
            return redirect("story", made[0].pk)
    return render(request, "casework/story_new.html", {"case": case, "form": form})


@needs(Permission.BUILD_STORIES)
@never_cache
def story(request: HttpRequest, story_id: UUID) -> HttpResponse:
    """Show a story with what was found in it, and write at it."""
    writing = write_now(request)
    reached = reach_cases(writing.by, writing.now)
    found = Story.objects.filter(pk=story_id, engagement__in=reached).first()
    if found is None:
        raise Http404
    if found.state != actions.DRAFT:
        return _show_sent(request, found)
    consent = actions.find_story_consent(found.engagement, writing.now.date())
    allowed = set(consent.fields if consent else ()) | set(found.parts)
    title, parts, kept = found.title, found.parts, found.kept
    form = StoryForm(request.POST or None, allowed=allowed, initial={"title": title, **parts})
    is_valid = request.method == "POST" and form.is_valid()
    if is_valid:
        title, parts, kept = form.cleaned_data["title"], form.parts, {}
    check = check_story(found.engagement, title, parts, kept)
    form.ask_reasons(check.findings)
    if is_valid:
        kept = {one.key: form.reason_for(one) for one in check.findings}
        new = actions.NewStory(title=title, parts=parts, kept=kept)

        def act() -> None:
            actions.write_story(writing=writing, case=found.engagement, new=new, story=found)
            if request.POST.get("do") == "send":
                actions.send_story(writing=writing, story=found)

        if is_done(form, act):
            is_sent = request.POST.get("do") == "send"
            messages.success(request, "It waits for a second person." if is_sent else "Kept.")
            return redirect("story", found.pk)
        check = check_story(found.engagement, title, parts, kept)
        found.refresh_from_db()
    told: dict[str, Any] = {
        "found": found,
        "check": check,
        "form": form,
        "rows": [(one, form[name_reason(one.key)]) for one in check.findings],
        "words": [form["title"], *(form[key] for key in form.part_keys)],
        "has_consent": consent is not None,
    }
    return render(request, "casework/story.html", told)


@needs(Permission.BUILD_STORIES)
@require_POST
def story_recall(request: HttpRequest, story_id: UUID) -> HttpResponse:
    """Write at a story again that waits."""
    writing = write_now(request)
    reached = reach_cases(writing.by, writing.now)
    found = Story.objects.filter(pk=story_id, engagement__in=reached).first()
    if found is None:
        raise Http404
    actions.recall_story(writing=writing, story=found)
    return redirect("story", found.pk)


@needs(Permission.RELEASE_STORIES)
@never_cache
def stories_release(request: HttpRequest) -> HttpResponse:
    """List stories that wait for a second person, those that may be told, and who is to be told."""
    told = story_queries.list_for_second(person_of(request), clock.now().date())
    told_page: dict[str, Any] = {**told, "to_tell": story_queries.list_to_tell()}
    return render(request, "casework/stories_release.html", told_page)


@needs(Permission.RELEASE_STORIES)
@never_cache
def story_release(request: HttpRequest, story_id: UUID) -> HttpResponse:
    """Show a story to its second person: release it, give it back, give it on, or stop it."""
    found = _find_sent(story_id)
    writing, do = write_now(request), request.POST.get("do", "")
    why = WhyForm(request.POST if do == "return" else None)
    receiver = ReceiverForm(request.POST if do == "give" else None)
    if do == "release":
        actions.release_story(writing=writing, story=found)
        messages.success(request, "Released. Say who gets it, then take it from here.")
        return redirect("story-release", found.pk)
    if do == "stop":
        told_stories.stop_story(writing=writing, story=found)
        messages.success(request, "Taken back. Tell everybody who got it.")
        return redirect("stories-release")
    if why.is_bound and why.is_valid():
        actions.return_story(writing=writing, story=found, why=why.cleaned_data["why"])
        messages.success(request, "It went back to whoever wrote it.")
        return redirect("stories-release")
    if receiver.is_bound and receiver.is_valid():
        given = receiver.cleaned_data["receiver"]
        if is_done(
            receiver, lambda: told_stories.give_story(writing=writing, story=found, receiver=given)
        ):
            messages.success(request, "Noted. They are told if it is taken back.")
            return redirect("story-release", found.pk)
    if found.state == actions.WAITING:  # what was released is not looked through again
        check = check_story(found.engagement, found.title, found.parts, found.kept)
    else:
        check = None
    told = _tell(found) | {
        "check": check,
        "why": why,
        "receiver": receiver,
        "is_second": writing.by.pk not in found.author_ids,
    }
    return render(request, "casework/story_release.html", told)


@needs(Permission.RELEASE_STORIES)
@never_cache
def story_print(request: HttpRequest, story_id: UUID) -> HttpResponse:
    """Show a story that may be told, to be printed."""
    found = _find_given(story_id)
    return render(request, "casework/story_print.html", _tell(found))


@needs(Permission.RELEASE_STORIES)
@never_cache
def story_text(request: HttpRequest, story_id: UUID) -> HttpResponse:
    """Send a story that may be told as plain text, with its fingerprint below."""
    found = _find_given(story_id)
    stamp = f"-- \nSHA-256 of all above the line of two dashes: {found.sha256}\n"
    response = HttpResponse(
        actions.write_text(found) + stamp, content_type="text/plain; charset=utf-8"
    )
    response["Content-Disposition"] = f'attachment; filename="story-{found.reference}.txt"'
    return response


@needs(Permission.RELEASE_STORIES)
@require_POST
def story_told(request: HttpRequest, receiver_id: UUID) -> HttpResponse:
    """Note that somebody who got a story was told that it was taken back."""
    found = StoryReceiver.objects.filter(pk=receiver_id).select_related("story").first()
    if found is None:
        raise Http404
    told_stories.note_told(writing=write_now(request), receiver=found)
    messages.success(request, "Noted: they were told.")
    return redirect("stories-release")


def _find_sent(story_id: UUID) -> Story:
    found = Story.objects.filter(pk=story_id).select_related("engagement").first()
    if found is None or found.state == actions.DRAFT:
        raise Http404
    return found


def _find_given(story_id: UUID) -> Story:
    """Return a story that may be told today and of which it was noted who gets it."""
    found = _find_sent(story_id)
    is_told = story_queries.is_tellable(found, clock.now().date())
    if not is_told or not found.receivers.exists():  # type: ignore[attr-defined]
        raise Http404
    return found


def _show_sent(request: HttpRequest, found: Story) -> HttpResponse:
    return render(request, "casework/story_sent.html", _tell(found))


def _tell(found: Story) -> dict[str, Any]:
    ids = [*found.author_ids, *([found.released_by_id] if found.released_by_id else [])]
    names = name_people(ids)
    receivers = list(found.receivers.all())  # type: ignore[attr-defined]
    return {
        "found": found,
        "parts": story_queries.tell_parts(found),
        "authors": [names.get(pk, _LEFT) for pk in found.author_ids],
        "released_by": names.get(found.released_by_id or 0, _LEFT),
        "receivers": receivers,
        "may_be_told": story_queries.is_tellable(found, clock.now().date()),
    }
